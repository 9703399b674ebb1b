// kinesight coverage: over a real record.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <sstream>

#include "cli/command_line.h"
#include "infer/coverage/store.h"
#include "support/temp_folder.h"

namespace kinesight::cli {
namespace {

using nlohmann::json;
using testing::AllOf;
using testing::HasSubstr;
using testing::StartsWith;

class CoverageTest : public testing::Test {
 protected:
  /// A span from `begin` to `end` seconds ago.
  infer::Span ago(int begin, int end, const std::string& reason = {}, bool backfilled = false) const {
    return {now_ - begin * 1000, now_ - end * 1000, reason, backfilled};
  }
  void store(const std::string& camera, const infer::Spans& spans) {
    auto opened = infer::CoverageStore::open(directory());
    ASSERT_TRUE(opened) << opened.error().message;
    ASSERT_TRUE(opened->add(camera, spans));
    for (const auto& span : spans) {
      if (span.backfilled) ASSERT_TRUE(opened->backfilled(camera, span.begin_ms, span.end_ms, {span}));
    }
    ASSERT_TRUE(opened->stand(camera, {now_, infer::Watching::ended, spans.back().end_ms}));
  }
  std::string directory() const { return folder_.path() / "data"; }
  Ran coverage(std::vector<std::string> arguments) const {
    arguments.insert(arguments.begin(), {"coverage", "--directory", directory()});
    return kinesight_run(arguments);
  }

  support::TempFolder folder_;
  const std::int64_t now_ = Clock::system().wall_ms();
};

TEST_F(CoverageTest, OneCameraIsShownGapByGap) {
  store("front",
        {ago(1000, 600), ago(600, 500, "lost"), ago(500, 400), ago(400, 350, "offline", true), ago(350, 0)});
  const auto ran = coverage({"--camera", "front"});
  EXPECT_EQ(ran.code, kOk) << ran.err;
  EXPECT_THAT(ran.out, StartsWith("BEGIN "));
  EXPECT_THAT(ran.out,
              AllOf(HasSubstr("   100.000  lost      no\n"), HasSubstr("    50.000  offline   yes\n")));
  EXPECT_THAT(ran.out,
              HasSubstr("front: 90.00 % of what is known was watched, of it 50 s later; missed: 100 s lost"));
  EXPECT_THAT(coverage({"--camera", "front", "--since", "1000s"}).out, HasSubstr("██████"));
}

TEST_F(CoverageTest, JsonIsOneSpanALineWatchedOrNot) {
  store("front", {ago(1000, 600), ago(600, 500, "lost"), ago(500, 0)});
  const auto ran = coverage({"--camera", "front", "--json"});
  std::istringstream lines(ran.out);
  std::vector<json> spans;
  for (std::string line; std::getline(lines, line);) spans.push_back(json::parse(line));
  ASSERT_EQ(spans.size(), 3u);
  EXPECT_EQ(spans[0]["watched"], true);
  EXPECT_TRUE(spans[0]["reason"].is_null());
  EXPECT_EQ(spans[1]["reason"], "lost");
  EXPECT_EQ(spans[1]["watched"], false);
  EXPECT_EQ(spans[1]["seconds"], 100.0);
  EXPECT_EQ(spans[1]["begin_ms"], now_ - 600'000);
}

TEST_F(CoverageTest, WithoutACameraThereIsOneLineEach) {
  store("front", {ago(1000, 0)});
  store("back", {ago(1000, 500), ago(500, 0, "offline")});
  const auto ran = coverage({});
  EXPECT_THAT(ran.out, AllOf(HasSubstr("front  "), HasSubstr("100.00 %"), HasSubstr("50.00 %"),
                             HasSubstr("8 min offline")));
  const auto lines = coverage({"--json"}).out;
  EXPECT_EQ(json::parse(lines.substr(0, lines.find('\n')))["camera_id"], "back");
  EXPECT_EQ(json::parse(lines.substr(0, lines.find('\n')))["missed_seconds"]["offline"], 500.0);
}

TEST_F(CoverageTest, TheRangeIsWhatIsAskedFor) {
  store("front", {ago(1000, 600), ago(600, 500, "lost"), ago(500, 0)});
  const auto spans = [&](std::vector<std::string> arguments) {
    arguments.insert(arguments.end(), {"--camera", "front", "--json"});
    const std::string out = coverage(arguments).out;
    return std::count(out.begin(), out.end(), '\n');
  };
  EXPECT_EQ(spans({"--since", "550s"}), 2);
  EXPECT_EQ(spans({"--since", "1h", "--until", "700s"}), 1);
}

TEST_F(CoverageTest, AlmostAllIsNotAll) {
  store("front", {ago(80'000, 1), ago(1, 0, "lost")});
  EXPECT_THAT(coverage({}).out, HasSubstr("99.99 %"));
}

TEST_F(CoverageTest, WhatCannotBeShownIsAnError) {
  auto ran = coverage({});
  EXPECT_EQ(ran.code, kFailed);
  EXPECT_THAT(ran.err, HasSubstr(directory()));
  store("front", {ago(10, 0)});
  ran = coverage({"--camera", "nowhere"});
  EXPECT_EQ(ran.code, kFailed);
  EXPECT_THAT(ran.err, HasSubstr("knows no camera 'nowhere'"));
  ran = coverage({"--since", "yesterday"});
  EXPECT_EQ(ran.code, kInvalid);
  EXPECT_THAT(ran.err, HasSubstr("--since"));
  ran = coverage({"--since", "1h", "--until", "2h"});
  EXPECT_EQ(ran.code, kInvalid);
}

}  // namespace
}  // namespace kinesight::cli
