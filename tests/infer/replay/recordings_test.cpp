// Several recordings as one: their order, their dates.
#include "infer/replay/recordings.h"

#include <gmock/gmock.h>

#include <map>

#include "support/fake_camera.h"
#include "support/fake_clock.h"

namespace kinesight::infer {
namespace {

using support::FakeSource;
using support::SourceScript;

constexpr double kNow = 1'790'000'000;

/// Recordings of a frame a second, dated by the clock as having just ended.
class RecordingsTest : public testing::Test {
 protected:
  /// `length` seconds: frames at 0, 1, … of it.
  void recording(const std::string& name, int length, double said_length = 0) {
    lengths_[name] = {length, said_length > 0 ? said_length : length};
  }
  Recordings recordings(const std::vector<std::filesystem::path>& files,
                        std::optional<double> begin = std::nullopt) {
    return Recordings(
        files,
        [this](const std::filesystem::path& file,
               Clock& clock) -> Result<std::unique_ptr<video::FrameSource>> {
          if (!lengths_.contains(file)) return fail(ErrorKind::not_found, "{}: no such file", file.string());
          const auto [frames, said] = lengths_[file];
          const auto script = std::make_shared<SourceScript>();
          for (int i = 0; i < frames; ++i)
            script->steps.emplace_back(support::make_frame(clock.wall_seconds() - said + i, i));
          script->steps.emplace_back(support::Ends{});
          return std::make_unique<FakeSource>(script);
        },
        begin, clock_);
  }
  /// "recording index: time" of every frame, times since kNow.
  static std::vector<std::pair<std::size_t, double>> all(Recordings& recordings) {
    std::vector<std::pair<std::size_t, double>> frames;
    for (;;) {
      const auto frame = recordings.read({});
      if (!frame || !*frame) return frames;
      frames.emplace_back(recordings.at(), (*frame)->capture_time - kNow);
    }
  }

  support::FakeClock clock_{kNow};
  std::map<std::filesystem::path, std::pair<int, double>> lengths_;
};

using testing::DoubleNear;
using testing::ElementsAre;
using testing::Pair;

TEST_F(RecordingsTest, TheLastEndsNow) {
  recording("a", 2);
  recording("b", 3);
  auto both = recordings({"a", "b"});
  ASSERT_TRUE(both.open({}));
  EXPECT_DOUBLE_EQ(both.begins(), kNow - 5);
  EXPECT_DOUBLE_EQ(both.ends(), kNow);
  const auto near = [](double time) { return DoubleNear(time, 1e-6); };
  EXPECT_THAT(all(both), ElementsAre(Pair(0, near(-5)), Pair(0, near(-4)), Pair(1, near(-3)),
                                     Pair(1, near(-2)), Pair(1, near(-1))));
}

TEST_F(RecordingsTest, OrTheFirstBeginsWhenItIsSaidTo) {
  recording("a", 1);
  recording("b", 1);
  auto both = recordings({"b", "a"}, kNow + 1000);
  ASSERT_TRUE(both.open({}));
  EXPECT_THAT(all(both), ElementsAre(Pair(0, DoubleNear(1000, 1e-6)), Pair(1, DoubleNear(1001, 1e-6))));
}

TEST_F(RecordingsTest, TimeNeverGoesBackWhereAFileIsLongerThanItSays) {
  recording("a", 5, 2);
  recording("b", 2);
  auto both = recordings({"a", "b"});
  ASSERT_TRUE(both.open({}));
  const auto frames = all(both);
  ASSERT_EQ(frames.size(), 7U);
  for (std::size_t i = 1; i < frames.size(); ++i) EXPECT_GT(frames[i].second, frames[i - 1].second);
}

TEST_F(RecordingsTest, OneThatCannotBeReadIsNamedBeforeAnythingIsDone) {
  recording("a", 1);
  auto both = recordings({"a", "absent"});
  const auto opened = both.open({});
  ASSERT_FALSE(opened);
  EXPECT_THAT(opened.error().message, testing::HasSubstr("absent"));
}

}  // namespace
}  // namespace kinesight::infer
