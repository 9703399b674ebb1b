// The tables in a DynamoDB that does not take what it is given, or loses its answers.
#include "stream/tables/dynamo_tables.h"

#include <map>
#include <thread>

#include "aws/services/scripted_session.h"
#include "net/curl_transport.h"
#include "stream/tables/dynamo_letters.h"
#include "stream/tables/provision.h"
#include "support/fake_aws/fake_aws.h"
#include "support/replay.h"
#include "support/telemetry_fixture.h"

namespace kinesight::stream {
namespace {

using nlohmann::json;
using support::FaultKind;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr std::int64_t kNow = 1'700'000'000;
const TablesOptions kOptions{.realtime = "realtime",
                             .windows = "windows",
                             .dead_letters = "letters",
                             .region = "eu-west-1",
                             .endpoint_url = {}};
const TableColumns kColumns{.key = "city_id", .aggregates = {}};

std::vector<Measurement> measurements(int count) {
  std::vector<Measurement> all;
  for (int i = 0; i < count; ++i)
    all.push_back(
        {fmt::format("city-{}", i % 7), kNow + i, kNow + 1000, {{"n", {{"N", std::to_string(i)}}}}});
  return all;
}

class DynamoTablesOnTheFake : public testing::Test {
 protected:
  DynamoTablesOnTheFake() {
    auto resources = inspect_tables(dynamodb_, kOptions, "city_id", {}, clock_, {});
    for (const auto& table : resources.value()) EXPECT_TRUE(table.make({}));
  }
  /// The items of the table by key and timestamp, as they stand.
  std::map<std::pair<std::string, std::string>, std::string> items() const {
    return aws_.ledger().read([](const support::Events& events) {
      std::map<std::pair<std::string, std::string>, std::string> found;
      for (const auto& put : events.items)
        found[{put.item.at("city_id").at("S"), put.item.at("timestamp").at("N")}] = put.item.at("n").at("N");
      return found;
    });
  }
  int requests() const { return aws_.ledger().counts("dynamodb:BatchWriteItem").seen; }
  double retries(const std::string& reason) {
    const std::string name =
        fmt::format("kinesight_stream_table_retries_total{{reason=\"{}\",table=\"realtime\"}} ", reason);
    const std::string text = telemetry_.metrics.text();
    const auto at = text.find(name);
    return at == std::string::npos ? 0 : std::stod(text.substr(at + name.size()));
  }

  support::FakeAws aws_{{.seed = support::replay_seed(), .check_signatures = false}};
  support::FakeClock clock_{double{kNow}};
  support::TelemetryFixture telemetry_;
  aws::Session session_{[] {
                          aws::Session::Parts parts;
                          parts.transport = net::make_curl_transport({});
                          parts.credentials = std::make_shared<aws::FixedCredentials>();
                          return parts;
                        }(),
                        clock_};
  aws::DynamoDb dynamodb_ =
      aws::DynamoDb::make(session_, {.region = "eu-west-1", .endpoint_url = aws_.url()}).value();
  DynamoTables tables_{dynamodb_, kOptions, kColumns, telemetry_, clock_};
};

TEST_F(DynamoTablesOnTheFake, WritesInBatchesOf25EachKeyOnce) {
  auto all = measurements(60);
  all.push_back(all[3]);
  all.back().fields["n"] = {{"N", "1000"}};
  ASSERT_TRUE(tables_.put_measurements(all, {}));
  EXPECT_EQ(requests(), 3);
  EXPECT_EQ(items().size(), 60U);
  EXPECT_EQ((items()[{"city-3", std::to_string(kNow + 3)}]), "1000");
  ASSERT_TRUE(tables_.put_measurements({}, {}));
  EXPECT_EQ(requests(), 3) << "nothing to put is no request";
}

TEST_F(DynamoTablesOnTheFake, LargeItemsShareARequestOnlyAsFarAsItHasRoom) {
  std::vector<Measurement> all;
  for (int i = 0; i < 20; ++i)
    all.push_back(
        {"a", kNow + i, kNow + 1000, {{"n", {{"N", "1"}}}, {"s", {{"S", std::string(390 * 1024, '\x01')}}}}});
  const auto put = tables_.put_measurements(all, {});
  ASSERT_TRUE(put) << put.error().message;
  EXPECT_EQ(items().size(), 20U);
}

TEST_F(DynamoTablesOnTheFake, EverythingIsThereWhateverGoesWrong) {
  aws_.faults().add(
      {.kind = FaultKind::unprocessed, .service = "dynamodb", .probability = 0.5, .share = 0.6});
  for (const auto kind :
       {FaultKind::throttle, FaultKind::internal_error, FaultKind::unavailable, FaultKind::reset_before,
        FaultKind::reset_after, FaultKind::cut, FaultKind::garbage})
    aws_.faults().add({.kind = kind, .service = "dynamodb", .action = "BatchWriteItem", .probability = 0.1});
  const auto all = measurements(1000);
  const auto put = tables_.put_measurements(all, {});
  ASSERT_TRUE(put) << put.error().message;
  std::map<std::pair<std::string, std::string>, std::string> expected;
  for (const auto& one : all) expected[{one.key, std::to_string(one.timestamp)}] = one.fields.at("n").at("N");
  EXPECT_EQ(items(), expected);
  EXPECT_GT(retries("throttled"), 0);
}

TEST_F(DynamoTablesOnTheFake, OnlyWhatCameBackIsSentAgain) {
  aws_.faults().add({.kind = FaultKind::unprocessed, .service = "dynamodb", .count = 1, .share = 0.5});
  ASSERT_TRUE(tables_.put_measurements(measurements(25), {}));
  EXPECT_EQ(requests(), 2);
  EXPECT_EQ(aws_.ledger().read([](const auto& events) { return events.item_count; }), 25U);
  EXPECT_EQ(retries("throttled"), 1);
}

TEST_F(DynamoTablesOnTheFake, AnOutageIsWaitedOutWithPausesThatGrow) {
  aws_.faults().add({.kind = FaultKind::unavailable, .service = "dynamodb", .count = 12});
  const auto before = clock_.steady();
  ASSERT_TRUE(tables_.put_measurements(measurements(1), {}));
  EXPECT_EQ(items().size(), 1U);
  EXPECT_EQ(requests(), 13);
  EXPECT_GT(to_seconds(clock_.steady() - before), 40) << "0.1 s, doubled up to 20 s, at least halved";
  EXPECT_EQ(retries("unavailable"), 12);
}

TEST_F(DynamoTablesOnTheFake, StoppingEndsTheWaiting) {
  aws_.stop();
  support::FakeClock blocking(kNow, support::FakeClock::Waiting::blocks);
  DynamoTables tables(dynamodb_, kOptions, kColumns, telemetry_, blocking);
  std::stop_source stop;
  const std::jthread stopper([&] {
    blocking.await_waiters();
    stop.request_stop();
  });
  const auto put = tables.put_measurements(measurements(60), stop.get_token());
  ASSERT_FALSE(put);
  EXPECT_EQ(put.error().kind, ErrorKind::cancelled);
}

TEST_F(DynamoTablesOnTheFake, WhatNoOtherTryMendsIsAnErrorThatNamesTheTable) {
  aws_.faults().add({.kind = FaultKind::access_denied, .service = "dynamodb", .count = 1});
  const auto denied = tables_.put_measurements(measurements(1), {});
  ASSERT_FALSE(denied);
  EXPECT_EQ(denied.error().kind, ErrorKind::denied);
  EXPECT_THAT(denied.error().message, HasSubstr("table realtime"));
  auto options = kOptions;
  options.windows = "elsewhere";
  DynamoTables absent(dynamodb_, options, kColumns, telemetry_, clock_);
  const auto put = absent.put_windows(std::vector<WindowResult>{{"a", 0, 1, 1, {}}}, {});
  ASSERT_FALSE(put);
  EXPECT_EQ(put.error().kind, ErrorKind::not_found);
}

TEST_F(DynamoTablesOnTheFake, HealthSaysThatATableIsAwayAndThatItIsBack) {
  aws_.faults().add({.kind = FaultKind::throttle, .service = "dynamodb"});
  support::FakeClock blocking(kNow, support::FakeClock::Waiting::blocks);
  DynamoTables tables(dynamodb_, kOptions, kColumns, telemetry_, blocking);
  {
    const std::jthread writer([&] { ASSERT_TRUE(tables.put_measurements(measurements(1), {})); });
    for (int i = 0; i < 5; ++i) {
      blocking.await_waiters();
      EXPECT_EQ(telemetry_.health.reasons().size(), i < 3 ? 0U : 1U) << i << " quick tries have failed";
      if (i == 4) aws_.faults().clear();
      blocking.advance_seconds(60);
    }
  }
  EXPECT_THAT(telemetry_.health.reasons(), IsEmpty());
  EXPECT_THAT(telemetry_.metrics.text(),
              HasSubstr("kinesight_stream_table_items_total{table=\"realtime\"} 1\n"));
}

TEST_F(DynamoTablesOnTheFake, ItemsOfSomebodyElseAreReadToo) {
  const auto put = [&](const json& item) { EXPECT_TRUE(dynamodb_.put_item("realtime", item, 1, {})); };
  put({{"city_id", {{"S", "a"}}},
       {"timestamp", {{"N", "5"}}},
       {"ttl", {{"N", "1.7E9"}}},
       {"n", {{"N", "1"}}}});
  const auto found = tables_.latest("a", 1, kNow - 1, {});
  ASSERT_TRUE(found) << found.error().message;
  EXPECT_EQ(found->at(0).expires, kNow);
  put({{"city_id", {{"S", "c"}}}, {"timestamp", {{"N", "5"}}}, {"n", {{"N", "1"}}}});
  EXPECT_EQ(tables_.latest("c", 1, kNow, {})->at(0).expires, 0);
}

TEST_F(DynamoTablesOnTheFake, LettersOfSomebodyElseAreReadToo) {
  const auto put = [&](const json& item) { EXPECT_TRUE(dynamodb_.put_item("letters", item, 1, {})); };
  put({{"error_id", {{"S", "a"}}}, {"error_timestamp", {{"S", "1700000000.75"}}}});
  put({{"error_id", {{"S", "b"}}}, {"error_timestamp", {{"N", "1700000001"}}}, {"record_data", {{"M", {}}}}});
  put({{"error_id", {{"S", "c"}}}, {"error_timestamp", {{"S", "2023-11-14"}}}});
  DynamoLetters letters(dynamodb_, "letters");
  EXPECT_EQ(letters.find("a", {}).value().value().error_timestamp, kNow);
  EXPECT_EQ(letters.find("a", {}).value().value().record_data, "");
  EXPECT_EQ(letters.find("b", {}).value().value().error_timestamp, kNow + 1);
  EXPECT_EQ(letters.find("c", {}).value().value().error_timestamp, 0);
}

TEST_F(DynamoTablesOnTheFake, DroppingLettersIsTriedAgainAndSaysWhenItCannot) {
  ASSERT_TRUE(tables_.put_dead_letters(std::vector<DeadLetter>{{"a", kNow, "broken", "{}"}}, {}));
  DynamoLetters letters(dynamodb_, "letters");
  aws_.faults().add({.kind = FaultKind::throttle, .service = "dynamodb", .action = "DeleteItem", .count = 1});
  ASSERT_TRUE(letters.drop(std::vector<std::string>{"a"}, {}));
  EXPECT_FALSE(letters.find("a", {}).value());
  DynamoLetters absent(dynamodb_, "elsewhere");
  const auto dropped = absent.drop(std::vector<std::string>{"a"}, {});
  ASSERT_FALSE(dropped);
  EXPECT_EQ(dropped.error().kind, ErrorKind::not_found);
  EXPECT_THAT(dropped.error().message, HasSubstr("table elsewhere"));
}

}  // namespace
}  // namespace kinesight::stream
