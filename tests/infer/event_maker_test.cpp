#include "infer/event_maker.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/fake_camera.h"

namespace kinesight::infer {
namespace {

using support::make_frame;
using vision::Detection;

TEST(EventMaker, SeveralObjectsOfOneLabelAreOneEventWithTheRestInExtras) {
  EventMaker maker("front");
  const auto events = maker.make(make_frame(1697123456.789), {{"object", "person", 0.6f, {1.4f, 2, 3, 4}},
                                                              {"object", "person", 0.9f, {10.6f, 20, 30, 40}},
                                                              {"object", "person", 0.7f, {5, 6, 7, 8}}});
  ASSERT_EQ(events.size(), 1u);
  const auto& payload = events[0].payload;
  EXPECT_EQ(events[0].event_id, event::event_id("front", "object", "person", 1697123456789));
  EXPECT_EQ(payload.ts_ms, 1697123456789);
  EXPECT_EQ(payload.conf, 0.9);
  EXPECT_EQ(payload.bbox, (std::array{11, 20, 30, 40}));
  EXPECT_EQ(payload.extras["objects"],
            nlohmann::json::parse(R"([{"conf":0.7,"bbox":[5,6,7,8]},{"conf":0.6,"bbox":[1,2,3,4]}])"));
}

TEST(EventMaker, OneObjectHasNoObjectsInExtras) {
  const auto events = EventMaker("front").make(make_frame(1), {{"object", "person", 0.6f, {}}});
  EXPECT_TRUE(events.at(0).payload.extras.empty());
}

TEST(EventMaker, TypesAndLabelsAreEventsOfTheirOwn) {
  const auto events = EventMaker("front").make(
      make_frame(1),
      {{"weapon", "knife", 0.6f, {}}, {"weapon", "gun", 0.6f, {}}, {"fire", "knife", 0.6f, {}}});
  EXPECT_EQ(events.size(), 3u);
}

TEST(EventMaker, AnObjectRaisesOneEventASecond) {
  EventMaker maker("front");
  int events = 0, suppressed = 0;
  for (int i = 0; i < 50; ++i) {  // 10 s at 5 frames a second.
    events +=
        static_cast<int>(maker.make(make_frame(100 + i * 0.2), {{"object", "person", 0.6f, {}}}).size());
    suppressed += maker.suppressed();
  }
  EXPECT_EQ(events, 10);
  EXPECT_EQ(suppressed, 40);
}

TEST(EventMaker, AnotherLabelInTheSameSecondIsNotSuppressed) {
  EventMaker maker("front");
  maker.make(make_frame(100.0), {{"object", "person", 0.6f, {}}});
  const auto events =
      maker.make(make_frame(100.2), {{"object", "person", 0.9f, {}}, {"object", "car", 0.6f, {}}});
  ASSERT_EQ(events.size(), 1u);
  EXPECT_EQ(events[0].payload.label, "car");
}

}  // namespace
}  // namespace kinesight::infer
