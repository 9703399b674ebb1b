#include "aws/services/kinesis.h"

#include "aws/services/scripted_session.h"

namespace kinesight::aws {
namespace {

using nlohmann::json;
using testing::AllOf;
using testing::HasSubstr;

class KinesisTest : public ServiceTest {
 protected:
  CallResult<std::vector<PutOutcome>> put(const std::vector<PutRecord>& records) {
    return kinesis_.put_records("detection-events", records, {});
  }
  /// The error of a put that must not even be sent.
  std::string refusal(const std::vector<PutRecord>& records) {
    const auto result = put(records);
    EXPECT_TRUE(transport_->sent.empty());
    if (result) return "no error";
    EXPECT_EQ(result.error().error.kind, ErrorKind::invalid);
    EXPECT_FALSE(result.error().uncertain);
    return result.error().error.message;
  }
  /// The error of an answer that is HTTP 200 and of no use: it leaves open what became of the records.
  void expect_unreadable(const std::string& body, std::string_view why) {
    transport_->answer(200, body, {{"x-amzn-RequestId", "request-7"}});
    const auto result = put({{"front", "a"}, {"back", "b"}});
    ASSERT_FALSE(result) << body;
    EXPECT_EQ(result.error().error.kind, ErrorKind::corrupt);
    EXPECT_TRUE(result.error().uncertain);
    EXPECT_EQ(result.error().request_id, "request-7");
    EXPECT_THAT(result.error().error.message,
                AllOf(HasSubstr("Kinesis PutRecords"), HasSubstr(std::string(why))));
  }

  Kinesis kinesis_ = Kinesis::make(session_, {.region = "eu-west-1", .endpoint_url = ""}).value();
};

constexpr auto kTwoTaken = R"({"FailedRecordCount":0,"Records":[
  {"SequenceNumber":"1","ShardId":"shardId-000000000000"},
  {"SequenceNumber":"2","ShardId":"shardId-000000000001"}]})";

TEST_F(KinesisTest, PutsRecordsAsKinesisTakesThem) {
  transport_->answer(200, kTwoTaken);
  const auto outcomes = put({{"front", "{\"a\":1}"}, {"back", std::string_view("\0\xff\n", 3)}});
  ASSERT_TRUE(outcomes) << outcomes.error().error.message;
  const auto& request = only_request();
  EXPECT_EQ(request.method, "POST");
  EXPECT_EQ(request.url, "https://kinesis.eu-west-1.amazonaws.com/");
  EXPECT_EQ(request.header("X-Amz-Target"), "Kinesis_20131202.PutRecords");
  EXPECT_EQ(request.header("Content-Type"), "application/x-amz-json-1.1");
  EXPECT_THAT(request.header("Authorization"), HasSubstr("/eu-west-1/kinesis/aws4_request"));
  EXPECT_EQ(request.body,
            R"({"StreamName":"detection-events","Records":[{"Data":"eyJhIjoxfQ==","PartitionKey":"front"},)"
            R"({"Data":"AP8K","PartitionKey":"back"}]})");
  ASSERT_EQ(outcomes->size(), 2U);
  EXPECT_EQ((*outcomes)[0].shard_id, "shardId-000000000000");
  EXPECT_EQ((*outcomes)[1].shard_id, "shardId-000000000001");
  EXPECT_EQ((*outcomes)[1].error_code, "");
}

TEST_F(KinesisTest, ReadsFailuresRecordByRecord) {
  transport_->answer(200, R"({"FailedRecordCount":1,"Records":[
    {"ErrorCode":"ProvisionedThroughputExceededException","ErrorMessage":"Rate exceeded for shard"},
    {"SequenceNumber":"2","ShardId":"shardId-000000000001","ErrorCode":null,"EncryptionType":"KMS"}]})");
  const auto outcomes = put({{"front", "a"}, {"back", ""}});
  ASSERT_TRUE(outcomes) << outcomes.error().error.message;
  EXPECT_EQ((*outcomes)[0].error_code, "ProvisionedThroughputExceededException");
  EXPECT_EQ((*outcomes)[0].error_message, "Rate exceeded for shard");
  EXPECT_EQ((*outcomes)[0].shard_id, "");
  EXPECT_EQ((*outcomes)[1].error_code, "");
}

TEST_F(KinesisTest, EveryPartitionKeyArrivesAsItIs) {
  const std::string odd =
      "a\"b\\c\n\t\x01/\x7f"
      "café 漢 🎥";
  transport_->answer(200, R"({"Records":[{"SequenceNumber":"1","ShardId":"shardId-000000000000"}]})");
  ASSERT_TRUE(put({{odd, "data"}}));
  EXPECT_EQ(only_request().json()["Records"][0]["PartitionKey"], odd);
}

TEST_F(KinesisTest, DataOfEveryLengthArrivesAsItIs) {
  // Encoded elsewhere (Python's base64), for each remainder of three.
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"", ""}, {"k", "aw=="}, {"ki", "a2k="}, {"kin", "a2lu"}, {"kine", "a2luZQ=="}};
  std::vector<PutRecord> records;
  json answer{{"Records", json::array()}};
  for (const auto& [data, encoded] : cases) {
    records.push_back({"key", data});
    answer["Records"].push_back({{"SequenceNumber", "1"}, {"ShardId", "shardId-000000000000"}});
  }
  transport_->answer(200, answer.dump());
  ASSERT_TRUE(put(records));
  const auto sent = only_request().json()["Records"];
  for (std::size_t i = 0; i < cases.size(); ++i) EXPECT_EQ(sent[i]["Data"], cases[i].second);
}

TEST_F(KinesisTest, RefusesWhatKinesisWouldRefuse) {
  EXPECT_THAT(refusal({}), HasSubstr("expected 1 to 500 records a request, found 0"));
  EXPECT_THAT(refusal(std::vector<PutRecord>(501, {"key", "data"})), HasSubstr("found 501"));
  EXPECT_THAT(refusal({{"key", "data"}, {"", "data"}}),
              HasSubstr("record 1: expected a partition key of 1 to 256 characters, found 0"));
  EXPECT_THAT(refusal({{std::string(257, 'k'), "data"}}), HasSubstr("found 257"));
  EXPECT_THAT(refusal({{"\xff", "data"}}), HasSubstr("UTF-8"));
  const std::string mebibyte(1024 * 1024, 'x');
  EXPECT_THAT(refusal({{"k", mebibyte}}),
              HasSubstr("expected at most 1048576 bytes of key and data, found 1048577"));
  const PutRecord full{"k", std::string_view(mebibyte).substr(1)};
  std::vector<PutRecord> records(10, full);
  records.push_back({"k", ""});
  EXPECT_THAT(refusal(records), HasSubstr("expected at most 10485760 bytes"));
}

TEST_F(KinesisTest, TakesWhatIsJustWithinTheLimits) {
  std::string key;
  for (int i = 0; i < 256; ++i) key += "é";
  const std::string data(Kinesis::kMaxRecordBytes - key.size(), 'x');
  json answer{{"Records", json::array()}};
  for (int i = 0; i < 10; ++i) {
    answer["Records"].push_back({{"SequenceNumber", "1"}, {"ShardId", "shardId-000000000000"}});
  }
  transport_->answer(200, answer.dump());
  const auto outcomes = put(std::vector<PutRecord>(10, {key, data}));
  EXPECT_TRUE(outcomes) << outcomes.error().error.message;
}

TEST_F(KinesisTest, AnAnswerThatCannotBeReadLeavesTheFateOpen) {
  expect_unreadable("", "no JSON object");
  expect_unreadable("<html>proxy</html>", "no JSON object");
  expect_unreadable(std::string(kTwoTaken).substr(0, 60), "no JSON object");
  expect_unreadable(std::string(kTwoTaken) + "}", "no JSON object");
  expect_unreadable(R"({"Records":{}})", "an array Records");
  expect_unreadable(R"({"Records":[]})", "0 results for 2 records");
  expect_unreadable(R"({"Records":[{"ShardId":"s"}]})", "1 results for 2 records");
  expect_unreadable(R"({"Records":[{"ShardId":"s"},{"ShardId":"s"},{"ShardId":"s"}]})",
                    "more than 2 results");
  expect_unreadable(R"({"Records":[{"ShardId":"s"},{}]})", "no result at position 1");
  expect_unreadable(R"({"Records":[{"ShardId":"s"},7]})", "no result at position 1");
  expect_unreadable(R"({"Records":[{"ShardId":7},{"ShardId":"s"}]})", "no result at position 0");
  expect_unreadable("{\"Records\":" + std::string(100'000, '[') + std::string(100'000, ']') + "}",
                    "no JSON object");
}

TEST_F(KinesisTest, APutIsTriedOnce) {
  transport_->answer(500, R"({"__type":"InternalFailure"})");
  const auto result = put({{"front", "a"}});
  ASSERT_FALSE(result);
  EXPECT_EQ(transport_->sent.size(), 1U);
  EXPECT_EQ(result.error().code, "InternalFailure");
  EXPECT_EQ(result.error().error.kind, ErrorKind::unavailable);
  EXPECT_TRUE(result.error().uncertain);
}

TEST_F(KinesisTest, AThrottledOrInvalidPutIsCertainlyNotTaken) {
  transport_->answer(400, R"({"__type":"ProvisionedThroughputExceededException","message":"slow down"})");
  auto result = put({{"front", "a"}});
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().error.kind, ErrorKind::throttled);
  EXPECT_FALSE(result.error().uncertain);
  transport_->answer(400, R"({"__type":"ValidationException","message":"wrong"})");
  result = put({{"front", "a"}});
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().error.kind, ErrorKind::invalid);
  EXPECT_FALSE(result.error().uncertain);
}

TEST_F(KinesisTest, ACutConnectionLeavesTheFateOpen) {
  transport_->fail(ErrorKind::unavailable, /*went_out=*/true);
  const auto result = put({{"front", "a"}});
  ASSERT_FALSE(result);
  EXPECT_TRUE(result.error().uncertain);
}

class KinesisInCbor : public KinesisTest {
 protected:
  KinesisInCbor() {
    kinesis_ =
        Kinesis::make(session_, {.region = "eu-west-1", .endpoint_url = ""}, PutEncoding::cbor).value();
  }
  static std::string cbor_of(const json& value) {
    std::string bytes;
    json::to_cbor(value, bytes);
    return bytes;
  }
  /// Where Kinesis is that speaks it unasked.
  PutEncoding encoding_at(const std::string& endpoint_url) {
    return Kinesis::make(session_, {.region = "eu-west-1", .endpoint_url = endpoint_url},
                         PutEncoding::by_endpoint)
        .value()
        .puts();
  }
};

TEST_F(KinesisInCbor, PutsByteForByteWhatTheSdkForJavaPuts) {
  transport_->answer(200, cbor_of(json::parse(kTwoTaken)));
  const auto outcomes = put({{"Zürich-5", std::string_view("\0\1\2\3\4", 5)}, {"b", std::string(300, 'x')}});
  ASSERT_TRUE(outcomes) << outcomes.error().error.message;
  const auto& request = only_request();
  EXPECT_EQ(request.header("X-Amz-Target"), "Kinesis_20131202.PutRecords");
  EXPECT_EQ(request.header("Content-Type"), "application/x-amz-cbor-1.1");
  // From version 2.33 of it.
  using namespace std::string_literals;
  EXPECT_EQ(request.body,
            "\xbf\x67Records\x9f"
            "\xbf\x64"
            "Data\x45\0\1\2\3\4\x6cPartitionKey\x69Zürich-5\xff"
            "\xbf\x64"
            "Data\x59\x01\x2c"s +
                std::string(300, 'x') +
                "\x6cPartitionKey\x61"
                "b\xff\xff\x6aStreamName\x70"
                "detection-events\xff");
  ASSERT_EQ(outcomes->size(), 2U);
  EXPECT_EQ((*outcomes)[0].shard_id, "shardId-000000000000");
  EXPECT_EQ((*outcomes)[1].shard_id, "shardId-000000000001");
  EXPECT_EQ((*outcomes)[1].error_code, "");
}

TEST_F(KinesisInCbor, SaysTheSameAsInJson) {
  std::vector<std::string> data;
  for (const std::size_t size : {0, 1, 2, 3, 23, 24, 255, 256, 65'535, 65'536, 1'000'000})
    data.emplace_back(size, static_cast<char>(size));
  std::vector<PutRecord> records;
  json answer{{"Records", json::array()}};
  for (const auto& one : data) {
    records.push_back({"a\"b\\c\n\t\x01/\x7f café 漢 🎥", one});
    answer["Records"].push_back({{"ShardId", "shardId-000000000000"}});
  }
  transport_->answer(200, cbor_of(answer));
  ASSERT_TRUE(put(records));
  const auto sent = json::from_cbor(only_request().body);
  EXPECT_EQ(sent["StreamName"], "detection-events");
  ASSERT_EQ(sent["Records"].size(), records.size());
  for (std::size_t i = 0; i < records.size(); ++i) {
    const auto& bytes = sent["Records"][i]["Data"].get_binary();
    EXPECT_EQ(std::string(bytes.begin(), bytes.end()), data[i]);
    EXPECT_EQ(sent["Records"][i]["PartitionKey"], records[i].partition_key);
  }
}

TEST_F(KinesisInCbor, ReadsFailuresRecordByRecord) {
  transport_->answer(200, cbor_of({{"FailedRecordCount", 1},
                                   {"Records",
                                    {{{"ErrorCode", "ProvisionedThroughputExceededException"},
                                      {"ErrorMessage", "Rate exceeded for shard"},
                                      {"SequenceNumber", nullptr},
                                      {"ShardId", nullptr}},
                                     {{"ErrorCode", nullptr},
                                      {"ErrorMessage", nullptr},
                                      {"SequenceNumber", "2"},
                                      {"ShardId", "shardId-000000000001"}}}}}));
  const auto outcomes = put({{"front", "a"}, {"back", ""}});
  ASSERT_TRUE(outcomes) << outcomes.error().error.message;
  EXPECT_EQ((*outcomes)[0].error_code, "ProvisionedThroughputExceededException");
  EXPECT_EQ((*outcomes)[0].error_message, "Rate exceeded for shard");
  EXPECT_EQ((*outcomes)[0].shard_id, "");
  EXPECT_EQ((*outcomes)[1].error_code, "");
  EXPECT_EQ((*outcomes)[1].shard_id, "shardId-000000000001");
}

TEST_F(KinesisInCbor, AnAnswerThatCannotBeReadLeavesTheFateOpen) {
  const json taken = {{"ShardId", "s"}};
  const std::string whole = cbor_of({{"Records", {taken, taken}}});
  expect_unreadable("<html>proxy</html>", "no JSON object");
  expect_unreadable(whole + "\x01", "no map in CBOR");
  expect_unreadable(cbor_of(json::object()), "no map in CBOR");
  expect_unreadable(cbor_of({{"Records", json::object()}}), "no map in CBOR");
  expect_unreadable(cbor_of({{"Records", {taken}}}), "1 results for 2 records");
  expect_unreadable(cbor_of({{"Records", {taken, taken, taken}}}), "more than 2 results");
  expect_unreadable(cbor_of({{"Records", {taken, json::object()}}}), "no result at position 1");
  expect_unreadable(cbor_of({{"Records", {taken, 7}}}), "no result at position 1");
  expect_unreadable(cbor_of({{"Records", {{{"ShardId", 7}}, taken}}}), "no result at position 0");
  for (std::size_t size = 1; size < whole.size(); ++size) {
    transport_->answer(200, whole.substr(0, size));
    EXPECT_FALSE(put({{"front", "a"}, {"back", "b"}})) << size;
  }
}

TEST_F(KinesisInCbor, ItsErrorsAreUnderstood) {
  transport_->answer(400,
                     cbor_of({{"__type", "ProvisionedThroughputExceededException"}, {"message", "slow"}}));
  const auto result = put({{"front", "a"}});
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().error.kind, ErrorKind::throttled);
  EXPECT_FALSE(result.error().uncertain);
}

TEST_F(KinesisInCbor, IsSpokenUnaskedToAwsAlone) {
  EXPECT_EQ(encoding_at(""), PutEncoding::cbor);
  EXPECT_EQ(encoding_at("https://vpce-1-2.kinesis.eu-west-1.vpce.amazonaws.com"), PutEncoding::cbor);
  EXPECT_EQ(encoding_at("https://kinesis.cn-north-1.amazonaws.com.cn"), PutEncoding::cbor);
  for (const char* url : {"http://127.0.0.1:4567", "https://kinesis.example.com",
                          "https://amazonaws.com.example", "http://kinesis.eu-west-1.amazonaws.com"})
    EXPECT_EQ(encoding_at(url), PutEncoding::json) << url;
}

TEST_F(KinesisTest, DescribesAStream) {
  transport_->answer(200, R"({"StreamDescriptionSummary":{
    "StreamARN":"arn:aws:kinesis:eu-west-1:123456789012:stream/detection-events","StreamStatus":"ACTIVE",
    "StreamModeDetails":{"StreamMode":"ON_DEMAND"},"OpenShardCount":4,"RetentionPeriodHours":24,
    "StreamName":"detection-events"}})");
  const auto stream = kinesis_.describe("detection-events", {});
  ASSERT_TRUE(stream) << stream.error().error.message;
  EXPECT_EQ(only_request().header("X-Amz-Target"), "Kinesis_20131202.DescribeStreamSummary");
  EXPECT_EQ(only_request().body, R"({"StreamName":"detection-events"})");
  EXPECT_EQ(stream->arn, "arn:aws:kinesis:eu-west-1:123456789012:stream/detection-events");
  EXPECT_EQ(stream->status, "ACTIVE");
  EXPECT_TRUE(stream->on_demand);
  EXPECT_EQ(stream->open_shards, 4);
  EXPECT_EQ(stream->retention_hours, 24);
}

TEST_F(KinesisTest, SaysWhenThereIsNoStream) {
  transport_->answer(400, R"({"__type":"ResourceNotFoundException","message":"Stream x not found"})");
  const auto stream = kinesis_.describe("x", {});
  ASSERT_FALSE(stream);
  EXPECT_EQ(stream.error().error.kind, ErrorKind::not_found);
  EXPECT_EQ(stream.error().code, "ResourceNotFoundException");
}

TEST_F(KinesisTest, ADescriptionThatCannotBeReadIsCorruptAndCertain) {
  for (const auto* body : {"", "[]", "{}", R"({"StreamDescriptionSummary":{"StreamARN":7}})"}) {
    transport_->answer(200, body);
    const auto stream = kinesis_.describe("x", {});
    ASSERT_FALSE(stream) << body;
    EXPECT_EQ(stream.error().error.kind, ErrorKind::corrupt);
    EXPECT_FALSE(stream.error().uncertain);
  }
}

TEST_F(KinesisTest, CreatesAStreamByShardsOrOnDemand) {
  transport_->answer(200);
  transport_->answer(200);
  ASSERT_TRUE(kinesis_.create("a", {.on_demand = false, .shards = 2}, {}));
  ASSERT_TRUE(kinesis_.create("b", {.on_demand = true}, {}));
  EXPECT_EQ(transport_->sent[0].header("X-Amz-Target"), "Kinesis_20131202.CreateStream");
  EXPECT_EQ(
      transport_->sent[0].json(),
      (json{{"StreamName", "a"}, {"ShardCount", 2}, {"StreamModeDetails", {{"StreamMode", "PROVISIONED"}}}}));
  EXPECT_EQ(transport_->sent[1].json(),
            (json{{"StreamName", "b"}, {"StreamModeDetails", {{"StreamMode", "ON_DEMAND"}}}}));
}

}  // namespace
}  // namespace kinesight::aws
