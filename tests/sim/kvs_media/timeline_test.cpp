// The timeline is arithmetic; here it is held against lists made one fragment at a time.
#include "sim/kvs/timeline.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <set>

#include "support/replay.h"

namespace kinesight::sim::kvs {
namespace {

using Recording = std::shared_ptr<const video::FragmentedVideo>;

constexpr double kStart = 1'700'000'000.123;

/// Without media: what is asked here is when, not what.
Recording recording(const std::vector<double>& durations, int width = 640, int height = 360) {
  auto video = std::make_shared<video::FragmentedVideo>();
  for (const double duration : durations) {
    video->fragments.push_back({video->duration, duration, 1, std::string(10, 'm')});
    video->duration += duration;
  }
  video->width = width;
  video->height = height;
  return video;
}

std::vector<std::int64_t> indexes(const std::vector<FragmentInfo>& fragments) {
  std::vector<std::int64_t> all;
  for (const FragmentInfo& one : fragments) all.push_back(one.index);
  return all;
}

TEST(TimelineTest, BeginsWhenTheCameraDid) {
  Faults faults(1);
  const Timeline timeline("cam", {recording({2, 2, 1})}, kStart, 0.25, faults);
  EXPECT_TRUE(timeline.newest(5, kStart + 2.2).empty());
  const auto first = timeline.newest(5, kStart + 2.26);
  ASSERT_EQ(indexes(first), (std::vector<std::int64_t>{0}));
  EXPECT_NEAR(first[0].producer_time, kStart, 0.0006);
  EXPECT_NEAR(first[0].server_time, kStart + 0.25, 0.0006);
  EXPECT_NEAR(first[0].available_time, kStart + 2.25, 1e-6);
  EXPECT_FALSE(first[0].discontinuity);
  const auto later = timeline.newest(2, kStart + 1000 * 5 + 2.26);
  EXPECT_EQ(indexes(later), (std::vector<std::int64_t>{2999, 3000}));
  EXPECT_NEAR(later[1].producer_time, kStart + 5000, 0.0006);
}

TEST(TimelineTest, ARecordingOfNothingIsACameraThatSendsNothing) {
  Faults faults(1);
  for (const auto& recordings : {std::vector<Recording>{}, std::vector<Recording>{recording({})},
                                 std::vector<Recording>{recording({0, 0})}}) {
    const Timeline timeline("cam", recordings, kStart, 0.1, faults);
    EXPECT_TRUE(timeline.newest(3, kStart + 100).empty());
    EXPECT_TRUE(timeline.range(0, 1e12, true, kStart + 100).empty());
    EXPECT_TRUE(timeline.following(-1, 3, kStart + 100).empty());
    EXPECT_FALSE(timeline.find(std::string(47, '9'), kStart + 100));
  }
}

TEST(TimelineTest, FootageThatWasNeverSentHasNoNumberAndLeavesAMark) {
  Faults faults(1);
  const Timeline timeline("cam", {recording({2})}, kStart, 0, faults);
  // From 5 s to 9 s: fragments 2 (4…6), 3 and 4 (8…10) overlap it.
  faults.add({.name = "gap", .value = "4", .begin = kStart + 5});
  faults.add({.name = "offline", .stream = "another", .begin = kStart});
  const auto all = timeline.range(0, 1e12, false, kStart + 14);
  EXPECT_EQ(indexes(all), (std::vector<std::int64_t>{0, 1, 5, 6}));
  EXPECT_FALSE(all[1].discontinuity);
  EXPECT_TRUE(all[2].discontinuity);
  EXPECT_FALSE(all[3].discontinuity);
  EXPECT_EQ(all[2].ordinal, all[1].ordinal + 1);
}

TEST(TimelineTest, ACameraThatGoesOfflineComesBackWhenTheFaultIsTakenBack) {
  Faults faults(1);
  const Timeline timeline("cam", {recording({1})}, kStart, 0, faults);
  faults.add({.name = "offline", .begin = kStart + 10});
  EXPECT_EQ(timeline.newest(1, kStart + 100'000'000)[0].index, 9);
  EXPECT_TRUE(timeline.following(9, 5, kStart + 100'000'000).empty());
  faults.clear(kStart + 20.5, "offline");
  const auto after = timeline.following(9, 5, kStart + 24.1);
  EXPECT_EQ(indexes(after), (std::vector<std::int64_t>{21, 22, 23}));
  EXPECT_TRUE(after[0].discontinuity);
}

TEST(TimelineTest, AnotherResolutionFromTheNextFragmentToTheFaultsEnd) {
  Faults faults(1);
  const Timeline timeline("cam", {recording({2}), recording({2}, 320, 180), recording({2}, 1280, 720)},
                          kStart, 0, faults);
  faults.add({.name = "resolution", .begin = kStart + 3, .end = kStart + 7});
  faults.add({.name = "resolution", .value = "1280x720", .begin = kStart + 10, .end = kStart + 12});
  std::vector<int> renditions;
  std::vector<bool> marks;
  for (const FragmentInfo& one : timeline.range(0, 1e12, false, kStart + 16)) {
    renditions.push_back(one.rendition);
    marks.push_back(one.discontinuity);
  }
  EXPECT_EQ(renditions, (std::vector<int>{0, 0, 1, 1, 0, 2, 0, 0}));
  EXPECT_EQ(marks, (std::vector<bool>{false, false, true, false, true, true, true, false}));
  EXPECT_EQ(timeline.recording(1).width, 320);
}

TEST(TimelineTest, AClockThatIsOffShowsInProducerTimesAlone) {
  Faults faults(1);
  const Timeline timeline("cam", {recording({1})}, kStart, 0.5, faults);
  faults.add({.name = "clock_skew", .value = "-3.5", .begin = kStart + 4, .end = kStart + 6});
  const auto all = timeline.range(0, 1e12, true, kStart + 9);
  ASSERT_EQ(all.size(), 8U);
  for (const FragmentInfo& one : all) {
    const double begin = kStart + static_cast<double>(one.index);
    const double skew = one.index == 4 || one.index == 5 ? -3.5 : 0;
    EXPECT_NEAR(one.producer_time, begin + skew, 0.0006) << one.index;
    EXPECT_NEAR(one.server_time, begin + 0.5, 0.0006) << one.index;
  }
  // By producer time the two stand among those that were sent when the clock was right.
  EXPECT_EQ(indexes(timeline.range(kStart, kStart + 2.6, false, kStart + 9)),
            (std::vector<std::int64_t>{0, 4, 1, 5, 2}));
}

TEST(TimelineTest, NumbersGrowAreTheSameEachTimeAndLeadBack) {
  Faults faults(1);
  const Timeline timeline("cam", {recording({1.5, 0.04, 3})}, kStart, 0.05, faults);
  const Timeline another("cam2", {recording({1.5, 0.04, 3})}, kStart, 0.05, faults);
  const double now = kStart + 1e6;
  std::string before;
  for (const FragmentInfo& one : timeline.range(now - 100, now, true, now)) {
    EXPECT_EQ(one.number.size(), 47U);
    EXPECT_TRUE(std::ranges::all_of(one.number, [](char c) { return c >= '0' && c <= '9'; }));
    EXPECT_GT(one.number, before);
    const auto found = timeline.find(one.number, now);
    ASSERT_TRUE(found);
    EXPECT_EQ(found->index, one.index);
    EXPECT_EQ(found->number, one.number);
    EXPECT_FALSE(timeline.find(one.number, one.available_time - 0.01));
    EXPECT_FALSE(another.find(one.number, now));
    std::string other = one.number;
    other.back() = other.back() == '0' ? '1' : '0';
    EXPECT_FALSE(timeline.find(other, now));
    before = one.number;
  }
  for (const char* wrong : {"", "0", "91343852333181", "91343852333181x1", "abc"})
    EXPECT_FALSE(timeline.find(wrong, now)) << wrong;
}

/// A camera made of chance, and the same one fragment at a time.
class Chance {
 public:
  explicit Chance(std::uint64_t seed) : random_(seed), faults(seed) {
    std::vector<double> durations;
    for (int i = integer(1, 6); i > 0; --i) durations.push_back(integer(1, 60) / 12.0);
    loop = recording(durations);
    upload = integer(0, 3) * 0.1;
    for (int i = integer(0, 8); i > 0; --i) add_fault();
    timeline.emplace("cam", std::vector<Recording>{loop, recording(durations, 2, 2)}, kStart, upload, faults);
    make_list();
  }

  int integer(int low, int high) { return std::uniform_int_distribution<int>(low, high)(random_); }
  double moment() { return kStart + integer(-100, 4000) / 10.0; }

 private:
  void add_fault() {
    constexpr const char* kNames[] = {"offline", "gap", "resolution", "clock_skew"};
    Fault fault{.name = kNames[integer(0, 3)], .begin = moment()};
    if (fault.name == "gap" || fault.name == "clock_skew") fault.value = std::to_string(integer(1, 20));
    if (integer(0, 4) > 0) fault.end = fault.begin + integer(0, 300) / 10.0;
    faults.add(fault);
  }

  bool overlaps(double begin, double end) const {
    for (const char* name : {"offline", "gap"})
      for (const Fault& fault : faults.history(name, "cam")) {
        double until = fault.end.value_or(1e12);
        if (!fault.value.empty()) until = std::min(until, fault.begin + std::stod(fault.value));
        if (fault.begin < until && begin < until - 1e-6 && end > fault.begin + 1e-6) return true;
      }
    return false;
  }

  void make_list() {
    const auto n = static_cast<std::int64_t>(loop->fragments.size());
    bool lost = false;
    for (std::int64_t i = 0;; ++i) {
      const video::MediaFragment& part = loop->fragments[static_cast<std::size_t>(i % n)];
      const double begin = kStart + static_cast<double>(i / n) * loop->duration + part.begin;
      if (begin > kStart + 420) break;
      const bool missing = overlaps(begin, begin + part.duration);
      if (!missing) {
        FragmentInfo info;
        info.index = i;
        info.ordinal = static_cast<std::int64_t>(sent.size());
        info.available_time = begin + part.duration + upload;
        info.server_time = std::round((begin + upload) * 1000) / 1000;
        double skew = 0;
        for (const Fault& fault : faults.history("clock_skew", "cam"))
          if (fault.begin <= begin && begin < fault.end.value_or(1e12)) skew = std::stod(fault.value);
        info.producer_time = std::round((begin + skew) * 1000) / 1000;
        info.discontinuity = lost;
        sent.push_back(info);
      }
      lost = missing;
    }
  }

  std::mt19937_64 random_;

 public:
  Faults faults;
  Recording loop;
  double upload = 0;
  std::optional<Timeline> timeline;
  std::vector<FragmentInfo> sent;  ///< All of the first 420 s.
};

TEST(TimelineTest, SaysWhatAListOfAllFragmentsWouldSay) {
  const std::uint64_t seed = support::replay_seed();
  for (std::uint64_t round = 0; round < 300; ++round) {
    Chance chance(seed + round);
    SCOPED_TRACE(testing::Message() << "KINESIGHT_TEST_SEED=" << seed + round);
    for (int question = 0; question < 20; ++question) {
      const double now = chance.moment();
      const double from = std::round(chance.moment() * 1000) / 1000;
      const double to = std::round((from + chance.integer(0, 600) / 10.0) * 1000) / 1000;
      const bool server = chance.integer(0, 1) == 0;
      const double kept = chance.integer(0, 2) == 0 ? chance.moment() : 0;
      const auto limit = static_cast<std::size_t>(chance.integer(1, 30));
      std::vector<FragmentInfo> whole;
      std::ranges::copy_if(chance.sent, std::back_inserter(whole),
                           [&](const FragmentInfo& one) { return one.available_time <= now; });

      std::vector<FragmentInfo> wanted;
      for (const FragmentInfo& one : whole) {
        const double time = server ? one.server_time : one.producer_time;
        if (from <= time && time <= to && one.server_time >= kept) wanted.push_back(one);
      }
      if (!server) std::ranges::stable_sort(wanted, {}, &FragmentInfo::producer_time);
      if (wanted.size() > limit) wanted.resize(limit);
      ASSERT_EQ(indexes(chance.timeline->range(from, to, server, now, kept, limit)), indexes(wanted));

      const auto newest = chance.timeline->newest(limit, now);
      const std::size_t count = std::min(limit, whole.size());
      ASSERT_EQ(indexes(newest), indexes({whole.end() - static_cast<long>(count), whole.end()}));
      for (const FragmentInfo& one : newest) {
        const FragmentInfo& real = chance.sent[static_cast<std::size_t>(one.ordinal)];
        ASSERT_EQ(one.index, real.index);
        ASSERT_EQ(one.producer_time, real.producer_time);
        ASSERT_EQ(one.server_time, real.server_time);
        ASSERT_EQ(chance.timeline->find(one.number, now)->index, one.index);
        ASSERT_TRUE(one.discontinuity || !real.discontinuity);
      }

      const std::int64_t after = chance.integer(-1, 400);
      std::vector<FragmentInfo> next;
      for (const FragmentInfo& one : whole)
        if (one.index > after && next.size() < limit) next.push_back(one);
      ASSERT_EQ(indexes(chance.timeline->following(after, limit, now)), indexes(next));
    }
  }
}

TEST(TimelineTest, AnOldStreamIsAskedAsQuicklyAsAYoungOne) {
  Faults faults(1);
  const double now = 1'700'000'000;
  const Timeline timeline("cam", {recording({0.04})}, 0, 0, faults);  // 42 billion fragments.
  faults.add({.name = "offline", .begin = 10, .end = now - 100});
  EXPECT_EQ(timeline.newest(5, now).size(), 5U);
  EXPECT_EQ(timeline.range(0, now, true, now, 0, 300).size(), 300U);
  EXPECT_NEAR(timeline.following(249, 1, now).at(0).producer_time, now - 100, 0.05);
}

}  // namespace
}  // namespace kinesight::sim::kvs
