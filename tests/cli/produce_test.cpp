// What is asked of `kinesight produce` wrongly, and what it does without a stream. What arrives in one is
// shown with servers (tests/integration/test_produce.py).
#include <gmock/gmock.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "cli/command_line.h"
#include "cli/produce/report.h"
#include "support/fake_clock.h"
#include "support/temp_folder.h"

namespace kinesight::cli {
namespace {

using testing::HasSubstr;
using testing::Not;

class Produce : public testing::Test {
 protected:
  std::string file(const std::string& name, const std::string& text) const {
    const auto path = folder_.path() / name;
    std::ofstream(path) << text;
    return path;
  }
  static Ran produce(std::vector<std::string> more) {
    more.insert(more.begin(), "produce");
    return kinesight_run(more);
  }
  /// Runs it with `more`, into standard output; the records that came.
  static std::vector<nlohmann::json> lines(std::vector<std::string> more, int code = kOk) {
    more.insert(more.end(), {"--output", "-"});
    const Ran ran = produce(more);
    EXPECT_EQ(ran.code, code) << ran.err;
    std::vector<nlohmann::json> records;
    std::istringstream out(ran.out);
    for (std::string line; std::getline(out, line);) records.push_back(nlohmann::json::parse(line));
    return records;
  }

  support::TempFolder folder_;
};

TEST_F(Produce, TakesFilesOrASimulationAndNotBoth) {
  const Ran neither = produce({}), both = produce({"a.ndjson", "--mode", "burst"});
  EXPECT_EQ(neither.code, kInvalid);
  EXPECT_THAT(neither.err, HasSubstr("found neither"));
  EXPECT_EQ(both.code, kInvalid);
  EXPECT_THAT(both.err, HasSubstr("found both"));
}

TEST_F(Produce, SaysWhatDoesNotGoTogether) {
  const std::string a = file("a.ndjson", "{}");
  EXPECT_THAT(produce({a, "--seed", "7"}).err, HasSubstr("--seed: expected with --mode only"));
  EXPECT_THAT(produce({a, "--output", "-", "--aggregate"}).err, HasSubstr("--output: expected kinesis with"));
  EXPECT_THAT(produce({"-", "--rate", "0"}).err, HasSubstr("--rate: expected a number from 0.001"));
  EXPECT_THAT(produce({"--mode", "developmnt"}).err, HasSubstr("did you mean 'development'?"));
}

TEST_F(Produce, SaysWhichFileIsNotThere) {
  const Ran ran = produce({file("a.ndjson", "{}"), folder_.path() / "absent.csv"});
  EXPECT_EQ(ran.code, kFailed);
  EXPECT_THAT(ran.err, HasSubstr("absent.csv"));
}

TEST_F(Produce, WritesStampedRecordsInTheirOrder) {
  const auto records = lines({file("a.csv", "city_id,timestamp,pm25_value\n1e3,2026-01-31T12:00:00,7.5\n"),
                              file("b.ndjson", R"({"city_id": "BKK", "timestamp": 1})")});
  ASSERT_EQ(records.size(), 2u);
  EXPECT_EQ(records[0].at("city_id"), "1e3") << "a key is a text, whatever it looks like";
  EXPECT_EQ(records[0].at("pm25_value"), 7.5);
  EXPECT_EQ(records[0].at("message_id"), "b36eadde097d397b");  // printf '1e3_2026-01-31T12:00:00' | sha256sum
  EXPECT_EQ(records[1].at("city_id"), "BKK");
  EXPECT_TRUE(records[1].contains("ingestion_timestamp"));
}

TEST_F(Produce, GoesByItsConfiguration) {
  const std::string config = file("stream.yaml", "record: {key: sensor, id: [sensor, n]}\n");
  const auto records = lines({file("a.ndjson", R"({"sensor": "a", "n": 1})"), "--config", config});
  ASSERT_EQ(records.size(), 1u);
  EXPECT_EQ(records[0].at("message_id"), "1426674c44e8876f");  // printf 'a_1' | sha256sum
  const Ran wrong = produce({"-", "--config", file("b.yaml", "produce: {batch_records: 501}\n")});
  EXPECT_EQ(wrong.code, kInvalid);
  EXPECT_THAT(wrong.err, HasSubstr("batch_records"));
}

TEST_F(Produce, WhatCannotBeReadIsToldOfToABoundAndCounts) {
  std::string text;
  for (int i = 0; i < 30; ++i) text += "no record\n";
  const Ran ran = produce({file("a.ndjson", text + R"({"city_id": "BKK"})"), "--output", "-", "--json"});
  EXPECT_EQ(ran.code, kFailed);
  EXPECT_THAT(ran.err, HasSubstr("a.ndjson:20: "));
  EXPECT_THAT(ran.err, Not(HasSubstr("a.ndjson:21: ")));
  EXPECT_THAT(ran.err, HasSubstr("further records that are not sent are only counted"));
  const auto summary = nlohmann::json::parse(ran.err.substr(ran.err.rfind("\n{") + 1));
  EXPECT_EQ(summary.at("read"), 31);
  EXPECT_EQ(summary.at("refused"), 30);
  EXPECT_EQ(summary.at("sent"), 1);
}

TEST_F(Produce, BrokenRecordsOfFilesAreSentWhereThatIsAsked) {
  const Ran ran = produce({file("a.ndjson", "no record\n"), "--broken", "send", "--output", "-"});
  EXPECT_EQ(ran.code, kOk);
  EXPECT_EQ(ran.out, "no record\n");
}

TEST_F(Produce, TheSameSeedSimulatesTheSameWithWhatIsBroken) {
  const std::string config =
      file("stream.yaml", "simulator: {pace: max, start: '2026-01-31T12:00:00', broken: 0.2}\n");
  const auto simulate = [&](const std::string& seed, const std::string& broken) {
    return produce({"--mode", "production", "--config", config, "--count", "200", "--seed", seed, "--broken",
                    broken, "--output", "-", "--json"});
  };
  const auto without_stamps = [](std::string text) {
    for (std::size_t at = 0; (at = text.find("\"ingestion_timestamp\"", at)) != std::string::npos;)
      text.erase(at, text.find('}', at) - at);
    return text;
  };
  const Ran first = simulate("5", "configured"), again = simulate("5", "configured"),
            other = simulate("6", "configured"), refused = simulate("5", "refuse");
  EXPECT_EQ(first.code, kOk);
  EXPECT_EQ(without_stamps(first.out), without_stamps(again.out));
  EXPECT_NE(without_stamps(first.out), without_stamps(other.out));
  EXPECT_THAT(first.out, HasSubstr("ERROR: sensor does not answer\n"));
  EXPECT_THAT(refused.out, Not(HasSubstr("ERROR: sensor does not answer\n")));
  EXPECT_EQ(refused.code, kOk) << "they are broken on purpose";
  const auto summary = nlohmann::json::parse(first.err.substr(first.err.rfind("\n{") + 1));
  EXPECT_EQ(summary.at("sent"), 200);
  EXPECT_GT(summary.at("broken"), 5);
  EXPECT_GE(summary.at("simulated").at("broken"), summary.at("broken"))
      << "some of them are JSON, and wrong only for who reads them";
}

TEST_F(Produce, EndsAfterItsTime) {
  const Ran ran = produce({"--mode", "development", "--duration", "0.25", "--rate", "100", "--output", "-"});
  EXPECT_EQ(ran.code, kOk) << ran.err;
  const auto count = std::ranges::count(ran.out, '\n');
  EXPECT_GE(count, 5);
  EXPECT_LE(count, 30) << "100 a second";
}

TEST(ProduceReportTest, TellsTheSameTroubleOnceInTenSeconds) {
  support::FakeClock clock;
  std::ostringstream err;
  ProduceReport report(err, false, clock);
  for (int i = 0; i < 30; ++i) {
    report.trouble({ErrorKind::unavailable, "no route to host"});
    clock.advance_seconds(1);
  }
  report.trouble({ErrorKind::not_found, "it ends the run, and is told then"});
  const std::string line = "kinesight: to be tried again: no route to host\n";
  EXPECT_EQ(err.str(), line + line + line);
}

TEST(ProduceReportTest, SaysHowFastRecordsGo) {
  support::FakeClock clock;
  std::ostringstream log, terminal;
  ProduceReport logged(log, false, clock), drawn(terminal, true, clock);
  stream::ProducerProgress progress;
  progress.sent = {.taken = 5000, .taken_bytes = 1024 * 1024, .retried = 7};
  clock.advance_seconds(10);
  logged.progress(progress);
  drawn.progress(progress);
  EXPECT_EQ(log.str(), "kinesight: sent 5000 records, 1.0 MiB, 500/s, 7 retried\n");
  EXPECT_EQ(terminal.str(), "sent 5000 records, 1.0 MiB, 500/s, 7 retried");
  progress.sent.taken += 100;
  progress.waiting = 20;
  clock.advance_seconds(1);
  drawn.progress(progress);
  drawn.lost({ErrorKind::corrupt, "a.csv:3: why"});
  EXPECT_THAT(terminal.str(),
              HasSubstr("\r\033[Ksent 5100 records, 1.0 MiB, 100/s, 7 retried, 20 waiting\r\033[K"
                        "kinesight: not sent: a.csv:3: why\n"));
}

}  // namespace
}  // namespace kinesight::cli
