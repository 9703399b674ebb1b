// Lines as the MultiLangDaemon 3.1.3 writes them.
#include "stream/multilang/messages.h"

#include <gmock/gmock.h>

namespace kinesight::stream::multilang {
namespace {

using testing::HasSubstr;
using testing::TestWithParam;

template <class Kind>
Kind read(std::string_view line) {
  auto message = parse_message(line);
  EXPECT_TRUE(message) << message.error().message;
  EXPECT_TRUE(std::holds_alternative<Kind>(*message));
  return std::get<Kind>(std::move(*message));
}

TEST(Messages, AShardIsBegunBehindARecordOrAWordOfTheKcl) {
  const auto begun = read<Initialize>(
      R"({"action":"initialize","shardId":"shardId-000000000003","sequenceNumber":"49590338","subSequenceNumber":7})");
  EXPECT_EQ(begun.shard, "shardId-000000000003");
  EXPECT_EQ(begun.from, Position::after("49590338", 7));
  EXPECT_EQ(read<Initialize>(R"({"action":"initialize","shardId":"s","sequenceNumber":"TRIM_HORIZON"})").from,
            Position::trim_horizon());
  EXPECT_EQ(
      read<Initialize>(R"({"action":"initialize","shardId":"s","sequenceNumber":"AT_TIMESTAMP","x":[1]})")
          .from.kind,
      Position::Kind::at_timestamp);
}

TEST(Messages, RecordsAreDecoded) {
  const auto records = read<ProcessRecords>(
      R"({"action":"processRecords","records":[
        {"action":"record","data":"eyJhIjoxfQ==","partitionKey":"d\u00e9lhi","sequenceNumber":"12","subSequenceNumber":3,
         "approximateArrivalTimestamp":1700000000125},
        {"data":"","partitionKey":"","sequenceNumber":"13","approximateArrivalTimestamp":5}],"millisBehindLatest":42})");
  ASSERT_EQ(records.records.size(), 2U);
  EXPECT_EQ(records.records[0].data, R"({"a":1})");
  EXPECT_EQ(records.records[0].partition_key, "d\xc3\xa9lhi");
  EXPECT_EQ(records.records[0].sequence_number, "12");
  EXPECT_EQ(records.records[0].sub_sequence, 3);
  EXPECT_EQ(records.records[0].arrived_ms, 1'700'000'000'125);
  EXPECT_EQ(records.records[1].data, "");
  EXPECT_EQ(records.millis_behind, 42);
  EXPECT_TRUE(read<ProcessRecords>(R"({"action":"processRecords","records":[],"millisBehindLatest":null})")
                  .records.empty());
}

TEST(Messages, TheOthersSayWhatTheyAre) {
  read<ShardEnded>(R"({"action":"shardEnded"})");
  read<LeaseLost>(R"({"action":"leaseLost"})");
  read<ShutdownRequested>(R"({"action":"shutdownRequested"})");
  EXPECT_EQ(read<CheckpointDone>(R"({"action":"checkpoint","sequenceNumber":"1","error":null})").error, "");
  EXPECT_EQ(read<CheckpointDone>(R"({"action":"checkpoint","error":"ThrottlingException"})").error,
            "ThrottlingException");
}

class NoMessage : public TestWithParam<std::pair<const char*, const char*>> {};

TEST_P(NoMessage, IsToldByWhatWasFound) {
  const auto message = parse_message(GetParam().first);
  ASSERT_FALSE(message);
  EXPECT_EQ(message.error().kind, ErrorKind::corrupt);
  EXPECT_THAT(message.error().message, HasSubstr("expected a message of the KCL's MultiLangDaemon"));
  EXPECT_THAT(message.error().message, HasSubstr(GetParam().second));
}

INSTANTIATE_TEST_SUITE_P(
    Lines, NoMessage,
    testing::Values(
        std::pair("", "no JSON"), std::pair("{", "no JSON"), std::pair("[1]", "no JSON object"),
        std::pair("{}", "no text 'action'"), std::pair(R"({"action":"shutdown"})", "the action 'shutdown'"),
        std::pair(R"({"action":"initialize","shardId":"../x","sequenceNumber":"1"})", "shardId"),
        std::pair(R"({"action":"initialize","shardId":"s","sequenceNumber":"-1"})", "sequenceNumber"),
        std::pair(R"({"action":"processRecords"})", "no array 'records'"),
        std::pair(R"({"action":"processRecords","records":[1]})", "a record that is no JSON object"),
        std::pair(
            R"({"action":"processRecords","records":[{"data":"e","partitionKey":"k","sequenceNumber":"1","approximateArrivalTimestamp":1}]})",
            "no base64 in record 1"),
        std::pair(
            R"({"action":"processRecords","records":[{"data":"","partitionKey":"k","sequenceNumber":"1"}]})",
            "no whole number 'approximateArrivalTimestamp'")));

TEST(Messages, AnswersAreLines) {
  EXPECT_EQ(status_line("processRecords"), "{\"action\":\"status\",\"responseFor\":\"processRecords\"}\n");
  EXPECT_EQ(checkpoint_line(Position::after("12", 3)),
            "{\"action\":\"checkpoint\",\"sequenceNumber\":\"12\",\"subSequenceNumber\":3}\n");
  EXPECT_EQ(checkpoint_line({}),
            "{\"action\":\"checkpoint\",\"sequenceNumber\":null,\"subSequenceNumber\":null}\n");
}

}  // namespace
}  // namespace kinesight::stream::multilang
