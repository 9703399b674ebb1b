// Fragments become frames: each once, in order, at its time.
#include "video/kvs_hls/fragment_decoder.h"

#include <gmock/gmock.h>

#include <numeric>

#include "video/boxes.h"
#include "video/kvs_hls/altered.h"
#include "video/kvs_hls/fragments.h"

namespace kinesight::video::kvs_hls::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

std::vector<int> from_to(int begin, int end, int step = 1) {
  std::vector<int> all;
  for (int i = begin; i < end; i += step) all.push_back(i);
  return all;
}

/// One after the other; an error fails the test.
std::vector<Decoded> decode_all(FragmentDecoder& decoder, const std::vector<Fragment>& fragments) {
  std::vector<Decoded> all;
  for (const Fragment& fragment : fragments) {
    const Outcome outcome = decode(decoder, fragment);
    EXPECT_EQ(outcome.error, "");
    all.insert(all.end(), outcome.frames.begin(), outcome.frames.end());
  }
  return all;
}

std::vector<int> numbers(const std::vector<Decoded>& frames) { return Outcome{frames, ""}.numbers(); }

/// Frames 0…count-1 at 10 fps, each at its time and place.
void expect_exact(const std::vector<Decoded>& frames, int count) {
  EXPECT_EQ(numbers(frames), from_to(0, count));
  for (const Decoded& frame : frames) {
    EXPECT_NEAR(frame.capture_time, kBegin + frame.number * 0.1, 1e-6);
    EXPECT_EQ(frame.sequence, frame.number);
  }
}

TEST(FragmentDecoder, GivesEachFrameOnceAtItsTime) {
  auto decoder = make_decoder();
  auto fragments = numbered_fragments(45, {}, 2);
  ASSERT_EQ(fragments.size(), 3u);
  for (Fragment& fragment : fragments) fragment.fetched_at = fragment.begin + 2.5;
  const auto frames = decode_all(decoder, fragments);
  expect_exact(frames, 45);
  EXPECT_EQ(decoder.counters().packets, 45u);
  EXPECT_EQ(decoder.counters().decoded, 45u);
  EXPECT_EQ(decoder.counters().skipped, 0u);
  for (const Decoded& frame : frames) {
    const Fragment& own = fragments.at(frame.number / 20);
    EXPECT_NEAR(frame.due_time - own.fetched_at, frame.capture_time - own.begin, 1e-6);
    ASSERT_TRUE(frame.footage);
    EXPECT_EQ(frame.footage->stream, "door");
    EXPECT_EQ(frame.footage->fragment_number, own.number);
    EXPECT_EQ(frame.footage->timestamp_type, "PRODUCER_TIMESTAMP");
    EXPECT_EQ(frame.footage->fragment_time, own.begin);
    EXPECT_EQ(frame.footage->fragment_seconds, own.duration);
  }
  EXPECT_EQ(frames[0].footage, frames[19].footage);  // One a fragment.
}

TEST(FragmentDecoder, GivesBFramesInTheOrderOfPresentation) {
  for (const std::string codec : {"h264", "hevc"}) {
    SCOPED_TRACE(codec);
    auto decoder = make_decoder();
    expect_exact(decode_all(decoder, numbered_fragments(45, {.codec = codec, .b_frames = 4})), 45);
  }
}

TEST(FragmentDecoder, GoesOnWithAnotherResolutionAndCodec) {
  auto decoder = make_decoder();
  expect_exact(decode_all(decoder, numbered_fragments(20)), 20);
  auto other = numbered_fragments(20, {.width = 320, .height = 200, .codec = "hevc", .b_frames = 2});
  for (Fragment& fragment : other) {
    fragment.begin += 2;
    fragment.discontinuity = fragment.begin < kBegin + 2.5;
  }
  const auto frames = decode_all(decoder, other);
  EXPECT_EQ(numbers(frames), from_to(0, 20));
  EXPECT_NEAR(frames[7].capture_time, kBegin + 2.7, 1e-6);
  EXPECT_EQ(frames.back().sequence, 39);
}

TEST(FragmentDecoder, ReadsTransportStreams) {
  for (const std::string codec : {"h264", "hevc"}) {
    SCOPED_TRACE(codec);
    auto fragments = numbered_fragments(30, {.codec = codec, .b_frames = 2});
    for (Fragment& fragment : fragments) {
      auto segment = mux_mpegts({.init = *fragment.init, .media = {fragment.media}});
      ASSERT_TRUE(segment);
      fragment.media = *segment;
      fragment.init = nullptr;
    }
    auto decoder = make_decoder();
    const auto frames = decode_all(decoder, fragments);
    EXPECT_EQ(numbers(frames), from_to(0, 30));
    for (const Decoded& frame : frames)
      EXPECT_NEAR(frame.capture_time, kBegin + frame.number * 0.1, 1e-4);  // Ticks of 1/90000 s.
  }
}

TEST(FragmentDecoder, NeedsNotToBeToldHowManyFramesAreReordered) {
  auto decoder = make_decoder();
  auto fragments = numbered_fragments(45, {.b_frames = 4});
  for (Fragment& fragment : fragments) fragment = without_reorder_depth(fragment);
  expect_exact(decode_all(decoder, fragments), 45);
}

TEST(FragmentDecoder, LeavesSoundAlone) {
  for (const bool transport_stream : {false, true}) {
    SCOPED_TRACE(transport_stream);
    auto decoder = make_decoder();
    const auto fragment = with_sound(numbered_fragments(10, {.b_frames = 2})[0], transport_stream);
    EXPECT_EQ(numbers(decode_all(decoder, {fragment})), from_to(0, 10));
    EXPECT_EQ(decoder.counters().packets, 10u);
  }
}

TEST(FragmentDecoder, MakesNoRoomForWhatAFragmentOnlyClaims) {
  auto decoder = make_decoder();
  auto fragment = numbered_fragments(10)[0];
  const auto run = boxes::find(fragment.media, {"moof", "traf", "trun"});
  ASSERT_TRUE(run);
  boxes::write_u32(fragment.media, run->content + 4, 100'000'000);
  EXPECT_THAT(decode(decoder, fragment).error,
              HasSubstr("expected at most 250000 samples, found a claim of"));
}

TEST(FragmentDecoder, DropsWhatIsLeftWhenTheNextFragmentBegins) {
  auto decoder = make_decoder();
  const auto fragments = numbered_fragments(20);
  ASSERT_TRUE(decoder.begin(fragments[0]));
  ASSERT_TRUE(decoder.next());
  EXPECT_EQ(decode(decoder, fragments[1]).numbers(), from_to(10, 20));
}

TEST(FragmentDecoder, HasNothingBeforeItsFirstFragment) {
  auto decoder = make_decoder();
  const auto frame = decoder.next();
  ASSERT_TRUE(frame);
  EXPECT_FALSE(*frame);
}

TEST(FragmentDecoder, SettlesOnKeyframesOverFragmentsThatHoldOneEach) {
  auto decoder = make_decoder(DecodePolicy::automatic, 1);
  const auto fragments = numbered_fragments(80);
  ASSERT_EQ(fragments.size(), 8u);
  const auto frames = decode_all(decoder, fragments);
  auto expected = from_to(0, 30);  // Three short distances are known with the fourth fragment.
  for (const int keyframe : from_to(30, 80, 10)) expected.push_back(keyframe);
  EXPECT_EQ(numbers(frames), expected);
  for (const Decoded& frame : frames) EXPECT_EQ(frame.sequence, frame.number);
  EXPECT_EQ(decoder.counters().packets, 80u);
  EXPECT_EQ(decoder.counters().skipped, 45u);
}

TEST(FragmentDecoder, DecodesAllWhereKeyframesComeTooSeldom) {
  auto decoder = make_decoder(DecodePolicy::automatic, 2);
  expect_exact(decode_all(decoder, numbered_fragments(80)), 80);
}

TEST(FragmentDecoder, TakesAMissingFragmentForNoDistanceBetweenKeyframes) {
  auto decoder = make_decoder(DecodePolicy::automatic, 1);
  auto fragments = numbered_fragments(100);
  fragments.erase(fragments.begin() + 5, fragments.begin() + 8);
  auto expected = from_to(0, 30);
  for (const int keyframe : {30, 40, 80, 90}) expected.push_back(keyframe);
  EXPECT_EQ(numbers(decode_all(decoder, fragments)), expected);
}

TEST(FragmentDecoder, DecodesKeyframesAloneWhereThatIsAskedFor) {
  auto decoder = make_decoder(DecodePolicy::keyframes);
  const auto frames = decode_all(decoder, numbered_fragments(30, {.codec = "hevc", .b_frames = 3}));
  EXPECT_EQ(numbers(frames), from_to(0, 30, 10));
  EXPECT_NEAR(frames[2].capture_time, kBegin + 2, 1e-6);
}

TEST(FragmentDecoder, SaysWhatAFragmentThatIsNoMediaIs) {
  auto decoder = make_decoder();
  auto fragment = numbered_fragments(10)[0];
  fragment.media = "<html>";
  EXPECT_THAT(decode(decoder, fragment).error, HasSubstr("kvs 'door', fragment 1000: "));
  fragment.init = nullptr;
  EXPECT_THAT(decode(decoder, fragment).error, Not(""));
  fragment.init = std::make_shared<const std::string>();
  fragment.media.clear();
  EXPECT_THAT(decode(decoder, fragment).error, Not(""));
  EXPECT_EQ(decode(decoder, numbered_fragments(10)[0]).numbers(), from_to(0, 10));  // And goes on.
}

TEST(FragmentDecoder, GivesTheGoodFramesOfACutOffFragmentAndThenAnError) {
  auto decoder = make_decoder();
  auto fragments = numbered_fragments(20);
  const std::string whole = fragments[0].media;
  for (const double part : {0.3, 0.6, 0.9, 0.999}) {
    SCOPED_TRACE(part);
    fragments[0].media = whole.substr(0, static_cast<std::size_t>(part * static_cast<double>(whole.size())));
    const Outcome outcome = decode(decoder, fragments[0]);
    EXPECT_THAT(outcome.error, HasSubstr("fragment 1000: "));
    EXPECT_LT(outcome.frames.size(), 10u);
    EXPECT_EQ(outcome.numbers(), from_to(0, static_cast<int>(outcome.frames.size())));
    EXPECT_GE(outcome.frames.size(), part > 0.99 ? 9u : 0u);
  }
  const Outcome next = decode(decoder, fragments[1]);
  EXPECT_EQ(next.error, "");
  EXPECT_EQ(next.numbers(), from_to(10, 20));
}

TEST(FragmentDecoder, PassesOverADamagedFrame) {
  auto decoder = make_decoder();
  auto fragments = numbered_fragments(20, {.quality = 1});
  std::string& media = fragments[0].media;
  // The length of the last frame's unit says nonsense.
  const std::size_t at = media.size() - media.size() / 40;
  std::fill(media.begin() + static_cast<std::ptrdiff_t>(at), media.end(), '\xff');
  const Outcome damaged = decode(decoder, fragments[0]);
  EXPECT_GE(damaged.frames.size(), 8u);
  EXPECT_EQ(decode(decoder, fragments[1]).numbers(), from_to(10, 20));
}

TEST(FragmentDecoder, RefusesPicturesBeyondItsBound) {
  FragmentDecoder decoder(DecodePolicy::all, 5, "kvs 'door'", "door", "PRODUCER_TIMESTAMP", 160 * 120 - 1);
  EXPECT_THAT(decode(decoder, numbered_fragments(10)[0]).error, Not(""));
}

TEST(FragmentDecoder, LetsTimeGrowWhereFragmentsOverlapALittle) {
  auto decoder = make_decoder();
  auto fragments = numbered_fragments(30);
  fragments[1].begin -= 0.15;  // The camera rounds.
  fragments[2].fetched_at = fragments[1].fetched_at + 0.01;
  const auto frames = decode_all(decoder, fragments);
  for (std::size_t i = 1; i < frames.size(); ++i) {
    EXPECT_GT(frames[i].capture_time, frames[i - 1].capture_time);
    EXPECT_GT(frames[i].due_time, frames[i - 1].due_time);
  }
  EXPECT_NEAR(frames[15].capture_time, kBegin + 1.35, 1e-6);  // No more than needed.
}

TEST(FragmentDecoder, FollowsAClockThatWasSetBack) {
  auto decoder = make_decoder();
  auto fragments = numbered_fragments(30);
  for (Fragment& fragment : fragments) fragment.fetched_at = fragment.begin + 1;
  for (std::size_t i = 1; i < fragments.size(); ++i) {
    fragments[i].begin -= 60;
    fragments[i].fetched_at -= 30;
  }
  const auto frames = decode_all(decoder, fragments);
  for (const Decoded& frame : frames) {
    const bool after = frame.number >= 10;
    EXPECT_NEAR(frame.capture_time, kBegin + frame.number * 0.1 - (after ? 60 : 0), 1e-6);
    EXPECT_NEAR(frame.due_time, kBegin + 1 + frame.number * 0.1 - (after ? 30 : 0), 1e-6);
  }
}

}  // namespace
}  // namespace kinesight::video::kvs_hls::test
