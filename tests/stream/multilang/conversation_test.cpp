// Whole conversations, with pipes for standard input and output.
#include "stream/multilang/conversation.h"

#include <fcntl.h>
#include <gmock/gmock.h>

#include <fstream>
#include <sstream>

#include "stream/consumer/flaky_tables.h"
#include "stream/multilang/memory_progress.h"
#include "support/telemetry_fixture.h"
#include "support/temp_folder.h"

namespace kinesight::stream::multilang {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr const char* kInitialize =
    R"({"action":"initialize","shardId":"shard-1","sequenceNumber":"TRIM_HORIZON","subSequenceNumber":0})";
constexpr const char*
    kBroken =  // "eA==" is no record: nothing is open, and its place is a checkpoint at once.
    R"({"action":"processRecords","records":[{"data":"eA==","partitionKey":"k","sequenceNumber":"77","subSequenceNumber":0,"approximateArrivalTimestamp":1700000000000}],"millisBehindLatest":5})";
constexpr const char* kTaken =
    R"({"action":"checkpoint","sequenceNumber":"77","subSequenceNumber":0,"error":null})";
constexpr const char* kShutdown = R"({"action":"checkpoint","error":"ShutdownException"})";
const std::string kCheckpoint = R"({"action":"checkpoint","sequenceNumber":"77","subSequenceNumber":0})";

std::string status(const std::string& action) {
  return R"({"action":"status","responseFor":")" + action + "\"}";
}

struct OneShard final : ShardSource {
  aws::CallResult<std::vector<aws::Shard>> shards(std::stop_token) override {
    return std::vector<aws::Shard>{{.id = "shard-1",
                                    .starting_hash_key = "0",
                                    .ending_hash_key = "340282366920938463463374607431768211455"}};
  }
  aws::CallResult<std::string> iterator(const std::string&, const aws::IteratorStart&,
                                        std::stop_token) override {
    return "";
  }
  aws::CallResult<aws::RecordsPage> records(const std::string&, int, std::stop_token) override { return {}; }
};

class ConversationTest : public testing::Test {
 protected:
  /// What is answered when the daemon says these lines and no more.
  std::vector<std::string> say(const std::vector<std::string>& lines) {
    const auto in = folder_.path() / "in", out = folder_.path() / "out";
    {
      std::ofstream file(in);
      for (const auto& line : lines) file << line << "\n";
    }
    std::FILE* file = std::fopen(out.c_str(), "w");
    {
      Conversation daemon(InputDescriptor::open(in.string()).value(), file, Clock::system(), telemetry_);
      ShardProcessor processor({source_, tables_, progress_, daemon, Clock::system(), telemetry_}, {});
      ended_ = daemon.run(processor, [&](const std::string& shard) { shards_.push_back(shard); }, {});
    }
    std::fclose(file);
    std::vector<std::string> answers;
    std::ifstream read(out);
    for (std::string line; std::getline(read, line);) answers.push_back(line);
    return answers;
  }

  support::TempFolder folder_;
  support::TelemetryFixture telemetry_;
  OneShard source_;
  FlakyTables tables_{1};
  MemoryProgress progress_;
  std::vector<std::string> shards_;
  Result<> ended_;
};

TEST_F(ConversationTest, EachMessageIsAnsweredOnceItIsDone) {
  EXPECT_THAT(
      say({kInitialize, kBroken, kTaken, R"({"action":"shutdownRequested"})", R"({"action":"leaseLost"})"}),
      ElementsAre(status("initialize"), kCheckpoint, status("processRecords"), status("shutdownRequested"),
                  status("leaseLost")));
  EXPECT_TRUE(ended_);
  EXPECT_EQ(tables_.letters.size(), 1U);
  EXPECT_THAT(shards_, ElementsAre("shard-1", ""));
}

TEST_F(ConversationTest, AShardsEndIsCheckpointed) {
  EXPECT_THAT(say({kInitialize, R"({"action":"shardEnded"})",
                   R"({"action":"checkpoint","error":"ThrottlingException"})", kTaken}),
              ElementsAre(status("initialize"), HasSubstr("\"sequenceNumber\":null"),
                          HasSubstr("\"sequenceNumber\":null"), status("shardEnded")));
  EXPECT_TRUE(ended_);
}

TEST_F(ConversationTest, AfterTheLeaseIsLostNothingIsCheckpointed) {
  EXPECT_THAT(
      say({kInitialize, kBroken, kShutdown, kBroken}),
      ElementsAre(status("initialize"), kCheckpoint, status("processRecords"), status("processRecords")));
  EXPECT_TRUE(ended_);
}

TEST_F(ConversationTest, WhatIsNotItsTurnEndsIt) {
  say({kBroken});
  ASSERT_FALSE(ended_);
  EXPECT_THAT(ended_.error().message, HasSubstr("expected 'initialize' first"));
  say({kInitialize, kInitialize});
  EXPECT_FALSE(ended_);
  say({kInitialize, kBroken, kBroken});
  ASSERT_FALSE(ended_);
  EXPECT_THAT(ended_.error().message, HasSubstr("the answer to a checkpoint"));
  say({kInitialize, kBroken});
  ASSERT_FALSE(ended_);
  EXPECT_THAT(ended_.error().message, HasSubstr("the daemon gone"));
  say({"Hello"});
  ASSERT_FALSE(ended_);
  EXPECT_THAT(ended_.error().message,
              HasSubstr("expected a message of the KCL's MultiLangDaemon, found no JSON"));
}

TEST_F(ConversationTest, AnEndOfStandardInputEndsIt) {
  EXPECT_THAT(say({}), ElementsAre());
  EXPECT_TRUE(ended_);
}

}  // namespace
}  // namespace kinesight::stream::multilang
