#include "aws/credentials/program.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

namespace kinesight::aws {
namespace {

using std::chrono::seconds;
using testing::ElementsAre;
using testing::HasSubstr;

std::vector<std::string> words(std::string_view command) {
  return split_words(command).value_or(std::vector<std::string>{"(error)"});
}

TEST(SplitWords, SplitsAsAShellDoes) {
  EXPECT_THAT(words("  a  b\tc "), ElementsAre("a", "b", "c"));
  EXPECT_THAT(words(R"("/with blank/x" --y='a "b"' z\ z)"),
              ElementsAre("/with blank/x", "--y=a \"b\"", "z z"));
  EXPECT_THAT(words(R"(a "b\"c\\d\e" '\f' "")"), ElementsAre("a", R"(b"c\d\e)", R"(\f)", ""));
  EXPECT_THAT(words("a $HOME `b` ; c | d"), ElementsAre("a", "$HOME", "`b`", ";", "c", "|", "d"));
}

TEST(SplitWords, RefusesWhatHasNoEndOrNoProgram) {
  for (const char* bad : {"", "  ", "a 'b", "a \"b", "''"}) EXPECT_FALSE(split_words(bad).has_value()) << bad;
}

TEST(RunProgram, GivesWhatItPrintsAndNotItsErrors) {
  const auto output = run_program({"sh", "-c", "echo out; echo err >&2"}, seconds(20), {});
  ASSERT_TRUE(output.has_value()) << output.error().message;
  EXPECT_EQ(output->reveal(), "out\n");
}

TEST(RunProgram, HasNoInput) { EXPECT_TRUE(run_program({"cat"}, seconds(20), {}).value().empty()); }

TEST(RunProgram, SaysWhatWentWrongWithoutWhatItPrinted) {
  const auto failed = run_program({"sh", "-c", "echo PLANTED; exit 3"}, seconds(20), {});
  EXPECT_EQ(failed.error().kind, ErrorKind::unavailable);
  EXPECT_THAT(failed.error().message, testing::Not(HasSubstr("PLANTED")));
  EXPECT_THAT(run_program({"/nowhere/at-all"}, seconds(20), {}).error().message, HasSubstr("cannot start"));
  EXPECT_THAT(run_program({"yes"}, seconds(20), {}).error().message, HasSubstr("more than 65536 bytes"));
}

TEST(RunProgram, KillsWhatTakesTooLongWithAllItStarted) {
  const auto late = run_program({"sh", "-c", "sleep 100 & sleep 100"}, std::chrono::milliseconds(50), {});
  EXPECT_THAT(late.error().message, HasSubstr("took longer"));
}

TEST(RunProgram, IsStopped) {
  std::stop_source stop;
  std::thread stopper([&] { stop.request_stop(); });
  EXPECT_EQ(run_program({"sleep", "100"}, seconds(100), stop.get_token()).error().kind, ErrorKind::cancelled);
  stopper.join();
}

}  // namespace
}  // namespace kinesight::aws
