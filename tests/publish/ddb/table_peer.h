// A DynamoDB table as a test wants it: a transport that keeps what is put, and fails when it is told to.
#pragma once

#include <functional>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "aws/services/scripted_session.h"
#include "publish/ddb/event_table.h"

namespace kinesight::support {

/// One table behind BatchWriteItem and PutItem. Used by one thread.
class TablePeer final : public net::Transport {
 public:
  using Key = std::pair<std::string, std::string>;
  using Answer = std::expected<net::Response, net::Failure>;

  Answer send(const net::Request& request, std::stop_token) override {
    const auto body = nlohmann::json::parse(request.body);
    const std::string target = *net::find(request.headers, "X-Amz-Target");
    if (target.ends_with(".PutItem")) {
      take(body.at("Item"));
      return net::Response{200, {}, "{}"};
    }
    EXPECT_TRUE(target.ends_with(".BatchWriteItem")) << target;
    return batch(body.at("RequestItems"));
  }

  /// Whether an item comes back as unprocessed.
  std::function<bool(const nlohmann::json& item)> unprocessed;
  /// Answers instead of the table.
  std::function<std::optional<Answer>(std::size_t request)> instead;

  std::map<Key, nlohmann::json> items;
  std::vector<std::size_t> batches;  ///< The items of each request.

 private:
  static Key key_of(const nlohmann::json& item) {
    return {item.at("event_id").at("S"), item.at("ts_ms").at("N")};
  }
  void take(const nlohmann::json& item) { items[key_of(item)] = item; }

  /// As AWS has it: more than 25, or one key twice, and the whole batch is refused.
  Answer batch(const nlohmann::json& tables) {
    const auto& requests = tables.at("events");
    batches.push_back(requests.size());
    if (instead) {
      if (auto answer = instead(batches.size())) return *answer;
    }
    std::map<Key, int> seen;
    for (const auto& request : requests) ++seen[key_of(request.at("PutRequest").at("Item"))];
    if (requests.size() > 25 || seen.size() < requests.size()) {
      return net::Response{400, {}, R"({"__type":"ValidationException","message":"too many or twice"})"};
    }
    nlohmann::json left = nlohmann::json::array();
    for (const auto& request : requests) {
      const auto& item = request.at("PutRequest").at("Item");
      if (unprocessed && unprocessed(item)) {
        left.push_back(request);
      } else {
        take(item);
      }
    }
    nlohmann::json answer = {{"UnprocessedItems", nlohmann::json::object()}};
    if (!left.empty()) answer["UnprocessedItems"]["events"] = left;
    return net::Response{200, {}, answer.dump()};
  }
};

/// A session over `transport`, with a table "events" in it.
class TableFixture : public testing::Test {
 protected:
  publish::DdbOptions options_{
      .region = "eu-west-1", .table_name = "events", .ttl_days = 30, .endpoint_url = {}};
  FakeClock clock_{1'769'860'800.0};

  aws::DynamoDb dynamodb(std::shared_ptr<net::Transport> transport) {
    aws::Session::Parts parts;
    parts.transport = std::move(transport);
    parts.credentials = std::make_shared<aws::FixedCredentials>();
    session_ = std::make_unique<aws::Session>(std::move(parts), clock_);
    auto made = aws::DynamoDb::make(*session_, {.region = options_.region, .endpoint_url = {}});
    EXPECT_TRUE(made) << made.error().message;
    return std::move(*made);
  }
  publish::EventTable table(std::shared_ptr<net::Transport> transport) {
    return {options_, dynamodb(std::move(transport)), clock_};
  }

  std::unique_ptr<aws::Session> session_;
};

/// An event of camera "front" `number` seconds after the fake clock's beginning.
inline event::Envelope sample_event(int number, const std::string& camera_id = "front",
                                    const std::string& label = "person") {
  event::Payload payload;
  payload.ts_ms = 1'769'860'800'000 + std::int64_t{1000} * number;
  payload.type = "object";
  payload.label = label;
  payload.conf = 0.875;
  payload.bbox = {1, 2, 3, 4};
  return event::make_envelope(camera_id, payload);
}

}  // namespace kinesight::support
