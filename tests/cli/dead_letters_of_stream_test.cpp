// kinesight dead-letters --of stream: from SQLite on this machine and from DynamoDB, back into Kinesis.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "cli/command_line.h"
#include "stream/consumer/letter.h"
#include "stream/tables/dynamo_tables.h"
#include "stream/tables/local_tables.h"
#include "support/fake_aws/fake_aws.h"
#include "support/telemetry_fixture.h"
#include "support/temp_folder.h"

namespace kinesight::cli {
namespace {

using nlohmann::json;
using stream::DeadLetter;
using support::FaultKind;
using testing::HasSubstr;
using testing::SizeIs;

constexpr std::int64_t kNow = 1'700'000'000;

class DeadLettersOfStream : public testing::Test {
 protected:
  DeadLettersOfStream() {
    std::ofstream(config()) << "state_directory: " << (folder_.path() / "state").string()
                            << "\nproduce: {base_backoff_ms: 1, give_up_seconds: 1}\n"
                            << "tables: {dead_letters: letters}\n";
  }
  std::string config() const { return (folder_.path() / "stream.yaml").string(); }
  Ran letters(const std::string& verb, std::vector<std::string> more) {
    more.insert(more.begin(), {"dead-letters", verb, "--of", "stream", "--config", config()});
    return run(more);
  }
  Ran run(const std::vector<std::string>& arguments) { return kinesight_run(arguments, variables_); }
  static std::vector<std::string> lines_of(const std::string& text) {
    std::vector<std::string> lines;
    std::istringstream in(text);
    for (std::string line; std::getline(in, line);) lines.push_back(line);
    return lines;
  }
  void write_to_dynamodb(const std::vector<DeadLetter>& letters) {
    const auto session = aws::Session::from_environment(
        [this](const std::string& name) -> std::optional<std::string> {
          const auto found = variables_.find(name);
          return found == variables_.end() ? std::nullopt : std::optional(found->second);
        },
        Clock::system(), [](std::string_view) {});
    stream::DynamoTables tables(aws::DynamoDb::make(**session, {}).value(), {.dead_letters = "letters"},
                                {.key = "city_id", .aggregates = {}}, telemetry_);
    ASSERT_TRUE(tables.put_dead_letters(letters, {}));
  }
  void write(const std::vector<DeadLetter>& letters) {
    auto tables =
        stream::LocalTables::open(folder_.path() / "state", {.key = "city_id", .aggregates = {}}, telemetry_);
    ASSERT_TRUE(tables.value()->put_dead_letters(letters, {}));
  }
  std::vector<support::KinesisRecord> records() const {
    return aws_.ledger().read([](const auto& events) { return events.records; });
  }

  support::TempFolder folder_;
  support::TelemetryFixture telemetry_;
  support::FakeAws aws_{{.check_signatures = false}};
  const std::map<std::string, std::string> variables_{
      {"AWS_ENDPOINT_URL", aws_.url()},
      {"AWS_REGION", "us-east-1"},
      {"AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE"},
      {"AWS_SECRET_ACCESS_KEY", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"}};
};

TEST_F(DeadLettersOfStream, AreListedAsATableOrAsJson) {
  write({{"shardId-000000000000/49/0", kNow, "field 'pm25':\nexpected a number", R"({"city_id":"DEL"})"},
         {"shardId-000000000000/50/0", kNow + 1, "no JSON", "base64://8="}});
  const auto table = letters("list", {"--local"});
  EXPECT_EQ(table.code, kOk) << table.err;
  const std::string gap(79 - 25, ' ');
  EXPECT_EQ(table.out, "ID" + std::string(79 - 2, ' ') + "  SINCE                        BYTES  ERROR\n" +
                           "shardId-000000000000/50/0" + gap +
                           "  2023-11-14T22:13:21.000Z         2  no JSON\n" + "shardId-000000000000/49/0" +
                           gap + "  2023-11-14T22:13:20.000Z        17  field 'pm25': expected a number\n");
  const auto one = letters("list", {"--local", "--limit", "1", "--json"});
  EXPECT_EQ(json::parse(one.out), json({{"id", "shardId-000000000000/50/0"},
                                        {"error", "no JSON"},
                                        {"failed_at", "2023-11-14T22:13:21.000Z"},
                                        {"bytes", 2},
                                        {"cut", false}}));
  const auto whole = letters("list", {"--local", "--limit", "1", "--json", "--payload"});
  EXPECT_EQ(json::parse(whole.out).at("payload"), "base64://8=");
}

TEST_F(DeadLettersOfStream, GoBackIntoTheStreamOrAreDeleted) {
  aws_.create_stream("air-quality-stream", 1);
  write({{"a", kNow, "broken", R"({"city_id":"DEL"})"},
         {"b", kNow, std::string(stream::kLateMessage), R"({"city_id":"BER"})"},
         {"c", kNow, "broken", "{"}});
  const auto one = letters("retry", {"--local", "--id", "a", "--id", "absent"});
  EXPECT_EQ(one.code, kFailed) << "one is not there";
  EXPECT_EQ(one.out, "1 dead letter put back into air-quality-stream\n");
  EXPECT_THAT(one.err, HasSubstr("1 not there: no dead letter has such an id"));
  ASSERT_THAT(records(), SizeIs(1));
  EXPECT_EQ(records()[0].partition_key, "DEL");
  EXPECT_EQ(records()[0].data, R"({"city_id":"DEL"})");
  const auto all = letters("retry", {"--local", "--all"});
  EXPECT_EQ(all.code, kOk);
  EXPECT_EQ(all.out, "1 dead letter put back into air-quality-stream\n");
  EXPECT_THAT(all.err, HasSubstr("1 left: late when they came"));
  const auto late = letters("retry", {"--local", "--id", "b"});
  EXPECT_EQ(late.code, kOk);
  EXPECT_THAT(late.err, HasSubstr("1 of them late, and late again"));
  EXPECT_THAT(records(), SizeIs(3));
  EXPECT_EQ(letters("drop", {"--local", "--all"}).out, "0 dead letters deleted\n");
  EXPECT_EQ(letters("drop", {"--local", "--id", "b"}).code, kFailed);
}

TEST_F(DeadLettersOfStream, InDynamoDbStayUntilKinesisHasTakenThem) {
  ASSERT_EQ(run({"provision", "--of", "stream", "--config", config()}).code, kOk);
  std::vector<DeadLetter> some;
  for (int i = 0; i < 40; ++i)
    some.push_back({std::to_string(i), kNow + i, "broken", fmt::format("{{{}", i)});
  write_to_dynamodb(some);
  aws_.faults().add({.kind = FaultKind::partial, .service = "kinesis", .share = 1});
  const auto refused = letters("retry", {"--all"});
  EXPECT_EQ(refused.code, kFailed);
  EXPECT_THAT(refused.err, HasSubstr("the stream has taken nothing for"));
  EXPECT_THAT(lines_of(letters("list", {"--json"}).out), SizeIs(40));
  EXPECT_THAT(records(), SizeIs(0));
  aws_.faults().clear();
  aws_.faults().add({.kind = FaultKind::partial, .service = "kinesis", .count = 2, .share = 0.5});
  EXPECT_EQ(letters("retry", {"--all"}).out, "40 dead letters put back into air-quality-stream\n");
  EXPECT_THAT(records(), SizeIs(40)) << "each once";
  EXPECT_EQ(letters("list", {"--json"}).out, "");
  write_to_dynamodb({{"x", kNow, "broken", "{"}});
  EXPECT_EQ(letters("drop", {"--id", "x"}).out, "1 dead letter deleted\n");
  EXPECT_EQ(letters("list", {"--json"}).out, "");
}

TEST_F(DeadLettersOfStream, SayWhatDoesNotGoTogether) {
  EXPECT_THAT(letters("list", {"--sink", "kds"}).err,
              HasSubstr("--sink: expected with --of infer only, found 'kds' with --of stream"));
  EXPECT_THAT(letters("drop", {}).err, HasSubstr("expected either --id ID (may be repeated) or --all"));
  EXPECT_THAT(kinesight_run({"dead-letters", "list", "--local"}).err,
              HasSubstr("--local: expected with --of stream only, found it with --of infer"));
  const auto absent = letters("list", {"--local"});
  EXPECT_EQ(absent.code, kFailed);
  EXPECT_THAT(absent.err, HasSubstr("no tables yet; `kinesight consume --local` makes them"));
}

}  // namespace
}  // namespace kinesight::cli
