// ListShards, GetShardIterator and GetRecords as Kinesis takes and answers them.
#include "aws/services/kinesis_reading.h"

#include "aws/services/get_records_codec.h"
#include "aws/services/kinesis.h"
#include "aws/services/scripted_session.h"

namespace kinesight::aws {
namespace {

using nlohmann::json;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

class KinesisReadingTest : public ServiceTest {
 protected:
  /// The request of an iterator.
  json asked(const IteratorStart& start) {
    transport_->sent.clear();
    transport_->answer(200, R"({"ShardIterator":"AAAA"})");
    const auto iterator = kinesis_.shard_iterator("air", "shardId-000000000007", start, {});
    EXPECT_TRUE(iterator);
    EXPECT_EQ(iterator.value_or(""), "AAAA");
    EXPECT_EQ(only_request().header("X-Amz-Target"), "Kinesis_20131202.GetShardIterator");
    return only_request().json();
  }
  CallResult<RecordsPage> page_of(std::string answer) {
    transport_->answer(200, std::move(answer), {{"x-amzn-RequestId", "request-7"}});
    return kinesis_.get_records("AAAA", 10'000, {});
  }
  void expect_unreadable(const std::string& answer, const std::string& why) {
    const auto page = page_of(answer);
    ASSERT_FALSE(page) << answer;
    EXPECT_EQ(page.error().error.kind, ErrorKind::corrupt);
    EXPECT_FALSE(page.error().uncertain);
    EXPECT_EQ(page.error().request_id, "request-7");
    EXPECT_THAT(page.error().error.message, HasSubstr("Kinesis GetRecords"));
    EXPECT_THAT(page.error().error.message, HasSubstr(why)) << answer;
    EXPECT_THAT(page.error().error.message, HasSubstr(fmt::format("{} bytes", answer.size())));
  }

  Kinesis kinesis_ = Kinesis::make(session_, {.region = "eu-west-1", .endpoint_url = ""}).value();
};

constexpr auto kTwoRecords = R"({"Records":[
  {"ApproximateArrivalTimestamp":1.700000000125E9,"Data":"eyJhIjoxfQ==","EncryptionType":"NONE",
   "PartitionKey":"t\u00fcr \"4\"","SequenceNumber":"495903"},
  {"SequenceNumber":"495904","PartitionKey":"x","Data":"AP8K","ApproximateArrivalTimestamp":1700000001}],
  "NextShardIterator":"AAAB","MillisBehindLatest":2100})";

TEST_F(KinesisReadingTest, ListsShardsPageByPage) {
  transport_->answer(200, R"({"NextToken":"more","Shards":[
    {"ShardId":"shardId-0","HashKeyRange":{"StartingHashKey":"0","EndingHashKey":"99"},
     "SequenceNumberRange":{"StartingSequenceNumber":"1","EndingSequenceNumber":"5"}},
    {"ShardId":"shardId-1","HashKeyRange":{"StartingHashKey":"100","EndingHashKey":"199"},
     "SequenceNumberRange":{"StartingSequenceNumber":"2","EndingSequenceNumber":"6"}}]})");
  transport_->answer(200, R"({"Shards":[
    {"ShardId":"shardId-2","ParentShardId":"shardId-0","AdjacentParentShardId":"shardId-1",
     "HashKeyRange":{"StartingHashKey":"0","EndingHashKey":"199"},
     "SequenceNumberRange":{"StartingSequenceNumber":"7","EndingSequenceNumber":null}}]})");
  const auto shards = kinesis_.list_shards("air", {}, 2);
  ASSERT_TRUE(shards) << shards.error().error.message;
  ASSERT_THAT(*shards, SizeIs(3));
  EXPECT_EQ(transport_->sent[0].header("X-Amz-Target"), "Kinesis_20131202.ListShards");
  EXPECT_EQ(transport_->sent[0].json(), (json{{"StreamName", "air"}, {"MaxResults", 2}}));
  EXPECT_EQ(transport_->sent[1].json(), (json{{"NextToken", "more"}, {"MaxResults", 2}}));
  EXPECT_EQ(shards->at(0).id, "shardId-0");
  EXPECT_EQ(shards->at(0).parent, "");
  EXPECT_EQ(shards->at(0).ending_sequence_number, "5");
  EXPECT_FALSE(shards->at(0).open());
  EXPECT_EQ(shards->at(2).parent, "shardId-0");
  EXPECT_EQ(shards->at(2).adjacent_parent, "shardId-1");
  EXPECT_EQ(shards->at(2).starting_hash_key, "0");
  EXPECT_EQ(shards->at(2).ending_hash_key, "199");
  EXPECT_EQ(shards->at(2).starting_sequence_number, "7");
  EXPECT_TRUE(shards->at(2).open());
}

TEST_F(KinesisReadingTest, AListThatIsNoneIsCorrupt) {
  for (const auto* answer :
       {"{}", R"({"Shards":7})", R"({"Shards":[{"ShardId":"s"}]})", R"({"Shards":[],"NextToken":7})"}) {
    transport_->answer(200, answer);
    const auto shards = kinesis_.list_shards("air", {});
    ASSERT_FALSE(shards) << answer;
    EXPECT_EQ(shards.error().error.kind, ErrorKind::corrupt);
  }
}

TEST_F(KinesisReadingTest, AListWithoutEndIsGivenUp) {
  for (int page = 0; page < 1000; ++page) transport_->answer(200, R"({"Shards":[],"NextToken":"more"})");
  const auto shards = kinesis_.list_shards("air", {});
  ASSERT_FALSE(shards);
  EXPECT_EQ(shards.error().error.kind, ErrorKind::corrupt);
  EXPECT_THAT(shards.error().error.message, HasSubstr("more than 1000 pages"));
}

TEST_F(KinesisReadingTest, AsksForIteratorsOfAllKinds) {
  const json base = {{"StreamName", "air"}, {"ShardId", "shardId-000000000007"}};
  const auto with = [&](const json& more) {
    json whole = base;
    whole.update(more);
    return whole;
  };
  EXPECT_EQ(asked({.type = IteratorType::latest}), with({{"ShardIteratorType", "LATEST"}}));
  EXPECT_EQ(asked({.type = IteratorType::trim_horizon}), with({{"ShardIteratorType", "TRIM_HORIZON"}}));
  EXPECT_EQ(asked({.type = IteratorType::at_timestamp, .timestamp_ms = 1'700'000'000'125}),
            with({{"ShardIteratorType", "AT_TIMESTAMP"}, {"Timestamp", 1'700'000'000.125}}));
  EXPECT_EQ(asked({.type = IteratorType::at_sequence_number, .sequence_number = "495"}),
            with({{"ShardIteratorType", "AT_SEQUENCE_NUMBER"}, {"StartingSequenceNumber", "495"}}));
  EXPECT_EQ(asked({.type = IteratorType::after_sequence_number, .sequence_number = "495"}),
            with({{"ShardIteratorType", "AFTER_SEQUENCE_NUMBER"}, {"StartingSequenceNumber", "495"}}));
}

TEST_F(KinesisReadingTest, ReadsRecords) {
  const auto page = page_of(kTwoRecords);
  ASSERT_TRUE(page) << page.error().error.message;
  EXPECT_EQ(only_request().header("X-Amz-Target"), "Kinesis_20131202.GetRecords");
  EXPECT_EQ(only_request().json(), (json{{"ShardIterator", "AAAA"}, {"Limit", 10'000}}));
  ASSERT_THAT(page->records, SizeIs(2));
  EXPECT_EQ(page->records[0].data, R"({"a":1})");
  EXPECT_EQ(page->records[0].partition_key, "tür \"4\"");
  EXPECT_EQ(page->records[0].sequence_number, "495903");
  EXPECT_EQ(page->records[0].arrived_ms, 1'700'000'000'125);
  EXPECT_EQ(page->records[1].data, std::string_view("\0\xff\n", 3));
  EXPECT_EQ(page->records[1].partition_key, "x");
  EXPECT_EQ(page->records[1].sequence_number, "495904");
  EXPECT_EQ(page->records[1].arrived_ms, 1'700'000'001'000);
  EXPECT_EQ(page->next_iterator, "AAAB");
  EXPECT_EQ(page->millis_behind, 2100);
  EXPECT_THAT(page->children, IsEmpty());
}

TEST_F(KinesisReadingTest, RecordsOutliveTheirPage) {
  std::vector<StreamRecord> records;
  std::shared_ptr<const void> storage;
  {
    auto page = page_of(kTwoRecords);
    ASSERT_TRUE(page);
    records = std::move(page->records);
    storage = page->storage;
  }
  EXPECT_EQ(records.at(0).data, R"({"a":1})");
}

TEST_F(KinesisReadingTest, EscapesInDataAreUndoneFirst) {
  // Some writers of JSON escape the slash, which is of the alphabet.
  const auto page = page_of(R"({"Records":[{"Data":"+\/+\/","PartitionKey":"k","SequenceNumber":"1"},)"
                            R"({"Data":"","PartitionKey":"k","SequenceNumber":"2"}]})");
  ASSERT_TRUE(page) << page.error().error.message;
  EXPECT_EQ(page->records.at(0).data, "\xfb\xff\xbf");
  EXPECT_EQ(page->records.at(1).data, "");
}

TEST_F(KinesisReadingTest, AClosedShardHasNoNextIteratorButChildren) {
  for (const std::string next : {R"("NextShardIterator":null,)", ""}) {
    const auto page = page_of(R"({"Records":[],)" + next + R"("MillisBehindLatest":0,"ChildShards":[
      {"ShardId":"shardId-3","ParentShards":["shardId-1","shardId-2"],
       "HashKeyRange":{"StartingHashKey":"0","EndingHashKey":"9"}}]})");
    ASSERT_TRUE(page) << page.error().error.message;
    EXPECT_EQ(page->next_iterator, "");
    EXPECT_THAT(page->children, ElementsAre(ChildShard{"shardId-3", {"shardId-1", "shardId-2"}}));
  }
}

TEST_F(KinesisReadingTest, AnAnswerThatIsCutAnywhereIsCorrupt) {
  const std::string whole = kTwoRecords;
  for (std::size_t size = 0; size < whole.size(); ++size) {
    const auto page = read_get_records(std::make_shared<std::string>(whole.substr(0, size)));
    EXPECT_FALSE(page) << whole.substr(0, size);
  }
}

TEST_F(KinesisReadingTest, AnAnswerThatCannotBeReadIsCorrupt) {
  expect_unreadable("<html>proxy</html>", "no JSON");
  expect_unreadable("{}", "no JSON object with an array Records");
  expect_unreadable("[]", "no JSON");
  expect_unreadable(R"({"Records":{}})", "no JSON");
  expect_unreadable(R"({"Records":[]} {})", "no JSON object with an array Records");
  expect_unreadable(R"({"Records":[7]})", "no JSON");
  expect_unreadable(R"({"Records":[{"Data":"eA==","PartitionKey":"k"}]})", "no record at position 0");
  expect_unreadable(R"({"Records":[{"Data":"eA==","SequenceNumber":"1"}]})", "no record at position 0");
  expect_unreadable(R"({"Records":[{"PartitionKey":"k","SequenceNumber":"1"}]})", "no record at position 0");
  expect_unreadable(R"({"Records":[{"Data":"eA","PartitionKey":"k","SequenceNumber":"1"}]})", "no base64");
  expect_unreadable(R"({"Records":[{"Data":7,"PartitionKey":"k","SequenceNumber":"1"}]})", "something else");
  expect_unreadable(R"({"Records":[{"ApproximateArrivalTimestamp":1e300}]})", "beyond all dates");
  expect_unreadable(R"({"Records":[],"NextShardIterator":7})", "something else");
  expect_unreadable(R"({"Records":[],"ChildShards":[{}]})", "without an id");
}

TEST_F(KinesisReadingTest, ErrorsKeepTheNamesOfTheService) {
  const std::vector<std::pair<std::string, ErrorKind>> cases = {
      {"ExpiredIteratorException", ErrorKind::invalid},
      {"ProvisionedThroughputExceededException", ErrorKind::throttled},
      {"ResourceNotFoundException", ErrorKind::not_found}};
  for (const auto& [code, kind] : cases) {
    transport_->sent.clear();
    transport_->answer(400, json{{"__type", code}, {"message", "no"}}.dump());
    const auto page = kinesis_.get_records("AAAA", 10'000, {});
    ASSERT_FALSE(page);
    EXPECT_EQ(page.error().code, code);
    EXPECT_EQ(page.error().error.kind, kind);
    EXPECT_THAT(transport_->sent, SizeIs(1));
  }
}

TEST_F(KinesisReadingTest, EachCallIsTriedOnce) {
  for (int i = 0; i < 3; ++i) transport_->answer(500, R"({"__type":"InternalFailure"})");
  EXPECT_FALSE(kinesis_.list_shards("air", {}));
  EXPECT_FALSE(kinesis_.shard_iterator("air", "s", {}, {}));
  EXPECT_FALSE(kinesis_.get_records("AAAA", 1, {}));
  EXPECT_THAT(transport_->sent, SizeIs(3));
}

TEST_F(KinesisReadingTest, TenMebibytesAreOnePage) {
  json answer{{"Records", json::array()}, {"MillisBehindLatest", 0}, {"NextShardIterator", "AAAB"}};
  const std::string mebibyte(1'398'100, 'A');
  for (int i = 0; i < 10; ++i) {
    answer["Records"].push_back(
        {{"Data", mebibyte}, {"PartitionKey", "k"}, {"SequenceNumber", std::to_string(i)}});
  }
  const auto page = page_of(answer.dump());
  ASSERT_TRUE(page) << page.error().error.message;
  EXPECT_THAT(page->records, SizeIs(10));
  EXPECT_EQ(page->records.at(9).data, std::string(1'048'575, '\0'));
}

}  // namespace
}  // namespace kinesight::aws
