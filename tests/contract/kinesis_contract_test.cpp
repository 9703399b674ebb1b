// What the product relies on in Kinesis Data Streams.
#include "aws/services/kinesis.h"

#include <map>
#include <set>

#include "contract/peer.h"

namespace kinesight::contract {
namespace {

using aws::PutOutcome;
using aws::PutRecord;
using nlohmann::json;

constexpr aws::Service kService{.id = "Kinesis", .signing_name = "kinesis", .host_prefix = "kinesis"};
constexpr aws::JsonProtocol kProtocol{.service = "Kinesis",
                                      .content_type = "application/x-amz-json-1.1",
                                      .target = "Kinesis_20131202",
                                      .max_answer_bytes = 16 * 1024 * 1024};

/// A record as it is on the wire.
json record(const std::string& base64, const std::string& key) {
  return {{"Data", base64}, {"PartitionKey", key}};
}

class KinesisContract : public ContractTest {
 protected:
  KinesisContract() : ContractTest("KINESIS") {}

  /// A stream of the test's own, ready to use.
  std::string stream(int shards = 2) {
    const auto name = unique("stream");
    const auto made = kinesis_.create(name, {.on_demand = false, .shards = shards}, {});
    EXPECT_TRUE(succeeds(made));
    if (made) await_active(name);
    return name;
  }
  void await_active(const std::string& name) {
    await([&] {
      const auto summary = kinesis_.describe(name, {});
      return summary && summary->status == "ACTIVE";
    });
  }
  std::vector<PutOutcome> put(const std::string& name, const std::vector<PutRecord>& records) {
    const auto outcomes = kinesis_.put_records(name, records, {});
    EXPECT_TRUE(succeeds(outcomes));
    return outcomes.value_or(std::vector<PutOutcome>());
  }
  /// Past the product's own checks.
  aws::CallResult<json> put_raw(const std::string& name, const std::vector<json>& records) {
    return raw_.call("PutRecords", {{"StreamName", name}, {"Records", records}});
  }
  /// All records of a shard, in order.
  std::vector<json> read(const std::string& name, const std::string& shard) {
    const auto iterator =
        raw_.call("GetShardIterator",
                  {{"StreamName", name}, {"ShardId", shard}, {"ShardIteratorType", "TRIM_HORIZON"}});
    EXPECT_TRUE(succeeds(iterator));
    if (!iterator) return {};
    std::vector<json> records;
    auto next = iterator->at("ShardIterator");
    for (int empty = 0; empty < 3;) {  // A real stream may answer nothing before it answers the rest.
      const auto page = raw_.call("GetRecords", {{"ShardIterator", next}, {"Limit", 10'000}});
      EXPECT_TRUE(succeeds(page));
      if (!page) break;
      for (const auto& found : page->at("Records")) records.push_back(found);
      if (page->at("Records").empty()) ++empty;
      next = page->at("NextShardIterator");
    }
    return records;
  }

  aws::Kinesis kinesis_ = aws::Kinesis::make(session(), options()).value();
  RawJson raw_{session(), kService, kProtocol, options()};
};

TEST_F(KinesisContract, AStreamIsMadeAndDescribed) {
  const auto name = stream(2);
  const auto summary = kinesis_.describe(name, {});
  ASSERT_TRUE(succeeds(summary));
  EXPECT_TRUE(summary->arn.starts_with("arn:aws:kinesis:us-east-1:")) << summary->arn;
  EXPECT_TRUE(summary->arn.ends_with(":stream/" + name)) << summary->arn;
  EXPECT_FALSE(summary->on_demand);
  EXPECT_EQ(summary->open_shards, 2);
  EXPECT_EQ(summary->retention_hours, 24);
}

TEST_F(KinesisContract, AStreamOnDemandSaysSo) {
  const auto name = unique("stream");
  ASSERT_TRUE(succeeds(kinesis_.create(name, {.on_demand = true}, {})));
  await_active(name);
  const auto summary = kinesis_.describe(name, {});
  ASSERT_TRUE(succeeds(summary));
  EXPECT_TRUE(summary->on_demand);
  EXPECT_EQ(summary->open_shards, 4);
}

TEST_F(KinesisContract, AStreamIsMadeOnce) {
  const auto name = stream(1);
  EXPECT_TRUE(fails(kinesis_.create(name, {}, {}), ErrorKind::invalid, "ResourceInUseException"));
}

TEST_F(KinesisContract, FiveHundredRecordsAreTakenAndAKeyKeepsItsShard) {
  const auto name = stream(2);
  std::vector<std::string> keys;
  for (int i = 0; i < 50; ++i) keys.push_back("camera-" + std::to_string(i));
  const std::string data(500, 'x');
  std::vector<PutRecord> records;
  for (std::size_t i = 0; i < aws::Kinesis::kMaxRecords; ++i)
    records.push_back({keys[i % keys.size()], data});

  std::map<std::string_view, std::set<std::string>> shards_of_key;
  std::set<std::string> shards;
  for (int round = 0; round < 2; ++round) {
    const auto outcomes = put(name, records);
    ASSERT_EQ(outcomes.size(), records.size());
    for (std::size_t i = 0; i < outcomes.size(); ++i) {
      ASSERT_EQ(outcomes[i].error_code, "") << outcomes[i].error_message;
      shards_of_key[records[i].partition_key].insert(outcomes[i].shard_id);
      shards.insert(outcomes[i].shard_id);
    }
  }
  for (const auto& [key, of_key] : shards_of_key) EXPECT_EQ(of_key.size(), 1U) << key;
  EXPECT_EQ(shards.size(), 2U) << "50 keys, and all on one of two shards";
}

TEST_F(KinesisContract, RecordsComeBackAsTheyWerePutAndInOrder) {
  const auto name = stream(1);
  // Base64 made elsewhere (Python's base64).
  const std::vector<std::array<std::string, 3>> cases = {
      {"front", "{\"a\":1}", "eyJhIjoxfQ=="},
      {"quote\"back\\slash", std::string("\0\xff\n", 3), "AP8K"},
      {"tür 漢 🎥", "kinesight", "a2luZXNpZ2h0"},
      {"control\x01\ttab", "x", "eA=="}};
  std::vector<PutRecord> records;
  for (const auto& [key, data, encoded] : cases) records.push_back({key, data});
  ASSERT_EQ(put(name, records).size(), cases.size());
  const auto found = read(name, "shardId-000000000000");
  ASSERT_EQ(found.size(), cases.size());
  for (std::size_t i = 0; i < cases.size(); ++i) {
    EXPECT_EQ(found[i]["PartitionKey"], cases[i][0]);
    EXPECT_EQ(found[i]["Data"], cases[i][2]);
  }
}

TEST_F(KinesisContract, RecordsPutInCborComeBackAsTheSame) {
  const auto name = stream(1);
  const auto in_cbor = aws::Kinesis::make(session(), options(), aws::PutEncoding::cbor).value();
  const std::vector<std::array<std::string, 3>> cases = {{"front", std::string("\0\xff\n", 3), "AP8K"},
                                                         {"tür 漢 🎥", "kinesight", "a2luZXNpZ2h0"}};
  std::vector<PutRecord> records;
  for (const auto& [key, data, encoded] : cases) records.push_back({key, data});
  const auto outcomes = in_cbor.put_records(name, records, {});
  if (peer_is("moto")) {
    // Why nobody is spoken to in it who did not ask, or is not AWS.
    ASSERT_FALSE(outcomes) << "it has begun to speak CBOR: hold it to the contract";
    EXPECT_EQ(outcomes.error().status, 500);
    return;
  }
  ASSERT_TRUE(succeeds(outcomes));
  for (const auto& outcome : *outcomes) EXPECT_EQ(outcome.shard_id, "shardId-000000000000");
  const auto found = read(name, "shardId-000000000000");
  ASSERT_EQ(found.size(), cases.size());
  for (std::size_t i = 0; i < cases.size(); ++i) {
    EXPECT_EQ(found[i]["PartitionKey"], cases[i][0]);
    EXPECT_EQ(found[i]["Data"], cases[i][2]);
  }
}

TEST_F(KinesisContract, WhatIsWrongInCborIsRefusedAsInJson) {
  if (peer_is("moto")) GTEST_SKIP() << "moto speaks no CBOR";
  const auto in_cbor = aws::Kinesis::make(session(), options(), aws::PutEncoding::cbor).value();
  const std::vector<PutRecord> records = {{"front", "data"}};
  EXPECT_TRUE(fails(in_cbor.put_records(unique("absent"), records, {}), ErrorKind::not_found,
                    "ResourceNotFoundException"));
}

TEST_F(KinesisContract, WhatIsJustWithinTheLimitsIsTaken) {
  const auto name = stream(1);
  std::string key;
  for (int i = 0; i < 256; ++i) key += 'k';
  const std::string data(aws::Kinesis::kMaxRecordBytes - key.size(), 'x');
  const auto outcomes = put(name, {{key, data}});
  ASSERT_EQ(outcomes.size(), 1U);
  EXPECT_EQ(outcomes[0].error_code, "");
}

TEST_F(KinesisContract, TooManyRecordsAreRefusedWhole) {
  if (peer_is("kinesis-local")) GTEST_SKIP() << "kinesis-local takes any number of records";
  const auto name = stream(1);
  EXPECT_TRUE(fails(put_raw(name, std::vector<json>(501, record("eA==", "k"))), ErrorKind::invalid));
  EXPECT_TRUE(read(name, "shardId-000000000000").empty());
}

TEST_F(KinesisContract, ARecordThatIsTooLargeHasTheWholeRequestRefused) {
  if (peer_is("kinesis-local")) GTEST_SKIP() << "kinesis-local takes records of up to 10 MiB";
  const auto name = stream(1);
  const std::string mebibyte_and_more(1'398'104, 'A');  // In base64.
  EXPECT_TRUE(
      fails(put_raw(name, {record("eA==", "k"), record(mebibyte_and_more, "k")}), ErrorKind::invalid));
  EXPECT_TRUE(read(name, "shardId-000000000000").empty());
}

TEST_F(KinesisContract, ARecordWithoutAKeyHasTheWholeRequestRefused) {
  if (peer_is("moto")) GTEST_SKIP() << "moto takes records without a key";
  const auto name = stream(1);
  EXPECT_TRUE(fails(put_raw(name, {record("eA==", "k"), record("eA==", "")}), ErrorKind::invalid));
  EXPECT_TRUE(read(name, "shardId-000000000000").empty());
}

TEST_F(KinesisContract, AStreamThatIsNotThereIsNotFound) {
  const auto name = unique("absent");
  EXPECT_TRUE(fails(kinesis_.describe(name, {}), ErrorKind::not_found));
  const std::vector<PutRecord> records = {{"front", "data"}};
  EXPECT_TRUE(fails(kinesis_.put_records(name, records, {}), ErrorKind::not_found));
}

TEST_F(KinesisContract, AWrongSecretIsDenied) {
  const auto name = stream(1);
  const auto result = aws::Kinesis::make(wrong_session(), options()).value().describe(name, {});
  if (peer_is("moto") || peer_is("kinesis-local")) {
    EXPECT_TRUE(succeeds(result)) << "it has begun to check signatures: hold it to the contract";
  } else {
    EXPECT_TRUE(fails(result, ErrorKind::denied));
  }
}

}  // namespace
}  // namespace kinesight::contract
