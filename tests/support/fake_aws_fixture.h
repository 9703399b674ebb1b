// A fake of AWS and one who asks it, request by request.
#pragma once

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "support/fake_aws/encoding.h"
#include "support/fake_aws/fake_aws.h"
#include "support/wire_client.h"

namespace kinesight::support {

using nlohmann::json;

/// Its fake checks no signatures; tests of signatures make another.
class FakeAwsTest : public testing::Test {
 protected:
  WireAnswer post(const std::string& target, const json& request) {
    return post(aws_, target, request.dump());
  }
  static WireAnswer post(FakeAws& aws, const std::string& target, const std::string& body) {
    return WireClient(aws.port()).send("POST", "/", {{"X-Amz-Target", target}}, body);
  }
  WireAnswer kinesis(const std::string& action, const json& request) {
    return post("Kinesis_20131202." + action, request);
  }
  WireAnswer dynamodb(const std::string& action, const json& request) {
    return post("DynamoDB_20120810." + action, request);
  }
  WireAnswer get(const std::string& method, const std::string& target, const WireHeaders& headers = {},
                 const std::string& body = "") {
    return WireClient(aws_.port()).send(method, target, headers, body);
  }
  WireAnswer sts(const std::string& form) {
    return get("POST", "/", {{"Content-Type", "application/x-www-form-urlencoded"}}, form);
  }

  /// `count` records with the keys k0, k1, … and the data d0, d1, …
  static json records(int count, const std::string& stream = "events") {
    json request = {{"StreamName", stream}, {"Records", json::array()}};
    for (int i = 0; i < count; ++i) {
      request["Records"].push_back(
          {{"PartitionKey", fmt::format("k{}", i)}, {"Data", fake::to_base64(fmt::format("d{}", i))}});
    }
    return request;
  }
  WireAnswer put(int count) { return kinesis("PutRecords", records(count)); }
  static std::string type(const WireAnswer& answer) { return json::parse(answer.body).value("__type", ""); }
  std::size_t stored() const {
    return aws_.ledger().read([](const Events& events) { return events.record_count; });
  }
  ActionCounts puts() const { return aws_.ledger().counts("kinesis:PutRecords"); }

  FakeAws aws_{{.check_signatures = false}};
};

}  // namespace kinesight::support
