#include "infer/event_maker.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/fake_camera.h"

namespace kinesight::infer {
namespace {

using support::make_frame;
using testing::ElementsAre;
using testing::IsEmpty;
using vision::Sighting;
using Kind = vision::Sighting::Kind;

/// Object `number` as it is seen at `time`.
StageSighting seen(Kind kind, vision::TrackId number, std::string label, float conf = 0.6F,
                   vision::Box box = {1, 2, 3, 4}, std::string type = "object") {
  vision::Detection detection{std::move(type), std::move(label), conf, box};
  return {0, {kind, number, std::move(detection), 99.5, 100, 7}};
}

std::vector<std::string> labels(const std::vector<event::Envelope>& events) {
  std::vector<std::string> result;
  for (const auto& event : events) result.push_back(event.payload.label);
  return result;
}

TEST(EventMaker, SeveralObjectsOfOneLabelAreOneEventWithTheRestInExtras) {
  EventMaker maker("front");
  const auto events =
      maker.make(make_frame(1697123456.789), {seen(Kind::again, 1, "person", 0.6F, {1.4F, 2, 3, 4}),
                                              seen(Kind::again, 2, "person", 0.9F, {10.6F, 20, 30, 40}),
                                              seen(Kind::again, 3, "person", 0.7F, {5, 6, 7, 8})});
  ASSERT_EQ(events.size(), 1U);
  const auto& payload = events[0].payload;
  EXPECT_EQ(events[0].event_id, event::event_id("front", "object", "person", 1697123456789));
  EXPECT_EQ(payload.ts_ms, 1697123456789);
  EXPECT_NEAR(payload.conf, 0.9, 1e-6);
  EXPECT_EQ(payload.bbox, (std::array{11, 20, 30, 40}));
  EXPECT_EQ(payload.extras["objects"],
            nlohmann::json::parse(R"([{"conf":0.7,"bbox":[5,6,7,8]},{"conf":0.6,"bbox":[1,2,3,4]}])"));
}

TEST(EventMaker, AnEventTellsOfItsObjectsTrack) {
  const auto events = EventMaker("front").make(make_frame(100), {seen(Kind::first, 4, "knife")});
  EXPECT_EQ(events.at(0).payload.extras,
            nlohmann::json::parse(
                R"({"track": {"id": 4, "first_seen_ms": 99500, "last_seen_ms": 100000, "frames": 7}})"));
}

TEST(EventMaker, TypesAndLabelsAreEventsOfTheirOwn) {
  const auto events =
      EventMaker("front").make(make_frame(1), {seen(Kind::first, 1, "knife", 0.6F, {}, "weapon"),
                                               seen(Kind::first, 2, "gun", 0.6F, {}, "weapon"),
                                               seen(Kind::first, 3, "knife", 0.6F, {}, "fire")});
  EXPECT_EQ(events.size(), 3U);
}

TEST(EventMaker, WithoutCooldownAnObjectRaisesOneEventASecond) {
  EventMaker maker("front");
  int events = 0, suppressed = 0;
  for (int i = 0; i < 50; ++i) {  // 10 s at 5 frames a second.
    events +=
        static_cast<int>(maker.make(make_frame(100 + i * 0.2), {seen(Kind::again, 1, "person")}).size());
    suppressed += maker.suppressed();
  }
  EXPECT_EQ(events, 10);
  EXPECT_EQ(suppressed, 40);
}

TEST(EventMaker, ASecondObjectOfTheSameSecondIsRaisedInTheNext) {
  EventMaker maker("front");
  maker.make(make_frame(100.0), {seen(Kind::first, 1, "knife")});
  EXPECT_THAT(maker.make(make_frame(100.2), {seen(Kind::first, 2, "knife", 0.9F)}), IsEmpty());
  EXPECT_EQ(maker.suppressed(), 0) << "it waits";
  EXPECT_THAT(maker.make(make_frame(100.8), {}), IsEmpty());
  const auto events = maker.make(make_frame(101.1), {});
  ASSERT_EQ(events.size(), 1U);
  EXPECT_EQ(events[0].payload.extras["track"]["id"], 2);
  EXPECT_EQ(events[0].event_id, event::event_id("front", "object", "knife", 101100));
}

TEST(EventMaker, UpdatesNameTheEventOfTheirObject) {
  EventMaker maker("front");
  const auto first =
      maker.make(make_frame(100), {seen(Kind::first, 1, "knife"), seen(Kind::first, 2, "gun")});
  std::map<std::string, std::string> ids;
  for (const auto& event : first) ids[event.payload.label] = event.event_id;

  const auto updates =
      maker.make(make_frame(160), {seen(Kind::still, 1, "knife"), seen(Kind::ended, 2, "gun")});
  ASSERT_THAT(labels(updates), ElementsAre("knife", "gun"));
  EXPECT_EQ(updates[0].payload.extras["update_of"], ids["knife"]);
  EXPECT_EQ(updates[0].payload.extras["update"], "still");
  EXPECT_EQ(updates[1].payload.extras["update_of"], ids["gun"]);
  EXPECT_EQ(updates[1].payload.extras["update"], "ended");
  EXPECT_NE(updates[0].event_id, ids["knife"]);
}

TEST(EventMaker, TheEndOfAnObjectShowsThePictureOfItsFirstEvent) {
  EventMaker maker("front", [](std::int64_t ts_ms) { return "picture of " + std::to_string(ts_ms); });
  const auto first = maker.make(make_frame(100), {seen(Kind::first, 1, "knife")});
  const auto still = maker.make(make_frame(160), {seen(Kind::still, 1, "knife")});
  const auto ended = maker.make(make_frame(200), {seen(Kind::ended, 1, "knife")});
  EXPECT_EQ(first.at(0).payload.extras["snapshot"], "picture of 100000");
  EXPECT_EQ(still.at(0).payload.extras["snapshot"], "picture of 160000");
  EXPECT_EQ(ended.at(0).payload.extras["snapshot"], "picture of 100000");
}

TEST(EventMaker, ABetterReadingNamesTheEventOfTheWorseOne) {
  EventMaker maker("gate");
  const auto first = maker.make(make_frame(100), {seen(Kind::first, 1, "B0B123", 0.6F, {}, "alpr")});
  const auto better = maker.make(make_frame(103), {seen(Kind::better, 1, "BOB123", 0.9F, {}, "alpr")});
  EXPECT_EQ(better.at(0).payload.label, "BOB123");
  EXPECT_EQ(better.at(0).payload.extras["update_of"], first.at(0).event_id);
}

TEST(EventMaker, NoTwoEventsHaveOneId) {
  EventMaker maker("front");
  std::set<std::string> ids;
  std::size_t count = 0;
  const auto keep = [&](const std::vector<event::Envelope>& events) {
    for (const auto& event : events) ids.insert(event.event_id);
    count += events.size();
  };
  for (int i = 0; i < 100; ++i) {
    const auto kind = i % 3 == 0 ? Kind::first : i % 3 == 1 ? Kind::ended : Kind::still;
    keep(maker.make(make_frame(100 + i * 0.2),
                    {seen(kind, i / 3, "knife"), seen(Kind::first, 1000 + i, "knife")}));
  }
  for (int i = 0; i < 200; ++i) keep(maker.make(make_frame(200 + i), {}));
  EXPECT_EQ(ids.size(), count);
}

TEST(EventMaker, TheEndOfAnObjectWaitsForASecondOfItsOwn) {
  EventMaker maker("front");
  const auto first = maker.make(make_frame(100), {seen(Kind::first, 1, "knife")});
  EXPECT_THAT(maker.make(make_frame(107), {seen(Kind::ended, 1, "knife"), seen(Kind::first, 2, "knife")}),
              testing::SizeIs(1));
  const auto ended = maker.make(make_frame(108), {});
  ASSERT_EQ(ended.size(), 1U);
  EXPECT_EQ(ended[0].payload.extras["update_of"], first[0].event_id);
}

TEST(EventMaker, AnObjectThatStaysForLongKeepsItsFirstEvent) {
  EventMaker maker("gate");
  const auto first = maker.make(make_frame(100), {seen(Kind::first, 1, "car")});
  for (int i = 2; i < 5000; ++i) {
    const double time = 100 + i;
    maker.make(make_frame(time), {seen(Kind::first, i, "person")});
    if (i % 1000 == 0) maker.make(make_frame(time + 0.5), {seen(Kind::still, 1, "car")});
  }
  const auto ended = maker.make(make_frame(6000), {seen(Kind::ended, 1, "car")});
  ASSERT_EQ(ended.size(), 1U);
  EXPECT_EQ(ended[0].payload.extras["update_of"], first.at(0).event_id);
}

TEST(EventMaker, WhatEndedIsForgottenBeforeWhatIsThere) {
  EventMaker maker("gate");
  maker.make(make_frame(100), {seen(Kind::first, 1, "car")});
  for (int i = 2; i < 5000; ++i) {
    maker.make(make_frame(100 + i), {seen(Kind::first, i, "person")});
    maker.make(make_frame(100.5 + i), {seen(Kind::ended, i, "one that was a person")});
  }
  EXPECT_EQ(maker.make(make_frame(6000), {seen(Kind::still, 1, "car")}).size(), 1U);
}

TEST(EventMaker, NewsOfAnObjectThatFindItsSecondTakenAreToldInTheNext) {
  for (const auto kind : {Kind::better, Kind::still}) {
    EventMaker maker("front");
    const auto first = maker.make(make_frame(100), {seen(Kind::first, 1, "knife")});
    const auto second = maker.make(make_frame(101), {seen(Kind::first, 2, "knife")});
    EXPECT_EQ(maker.make(make_frame(160), {seen(kind, 1, "knife"), seen(kind, 2, "knife")}).size(), 1U);
    const auto late = maker.make(make_frame(161), {});
    ASSERT_EQ(late.size(), 1U);
    EXPECT_EQ(late[0].payload.extras["update_of"], second.at(0).event_id);
    EXPECT_THAT(maker.make(make_frame(162), {}), IsEmpty());
  }
}

TEST(EventMaker, TheNewestNewsOfAnObjectIsToldOnce) {
  EventMaker maker("front");
  maker.make(make_frame(100), {seen(Kind::first, 1, "knife")});
  maker.make(make_frame(160), {seen(Kind::first, 2, "knife"), seen(Kind::still, 1, "knife")});
  maker.make(make_frame(160.2), {seen(Kind::ended, 1, "knife")});
  const auto late = maker.make(make_frame(161), {});
  ASSERT_EQ(late.size(), 1U);
  EXPECT_EQ(late[0].payload.extras["update"], "ended");
  EXPECT_THAT(maker.make(make_frame(162), {}), IsEmpty());
}

TEST(EventMaker, ObjectsOfOneEventAreStillThereInOne) {
  EventMaker maker("front");
  maker.make(make_frame(100), {seen(Kind::first, 1, "knife"), seen(Kind::first, 2, "knife")});
  EXPECT_EQ(
      maker.make(make_frame(160), {seen(Kind::still, 1, "knife"), seen(Kind::still, 2, "knife")}).size(), 1U);
  EXPECT_EQ(maker.suppressed(), 1);
  EXPECT_THAT(maker.make(make_frame(161), {}), IsEmpty());
}

TEST(EventMaker, AnObjectThatGoesBeforeItsEventIsRaisedHasAnEndAllTheSame) {
  EventMaker maker("front");
  maker.make(make_frame(100), {seen(Kind::first, 1, "knife")});
  maker.make(make_frame(100.2), {seen(Kind::first, 2, "knife")});
  maker.make(make_frame(100.4), {seen(Kind::ended, 2, "knife")});
  const auto raised = maker.make(make_frame(101), {});
  const auto ended = maker.make(make_frame(102), {});
  ASSERT_EQ(raised.size(), 1U);
  ASSERT_EQ(ended.size(), 1U);
  EXPECT_EQ(ended[0].payload.extras["update_of"], raised[0].event_id);
}

TEST(EventMaker, AfterAClockThatWasSetBackNoTwoEventsHaveOneId) {
  EventMaker maker("front");
  const auto first = maker.make(make_frame(100), {seen(Kind::first, 1, "knife")});
  maker.make(make_frame(101), {});
  EXPECT_THAT(maker.make(make_frame(100.5), {seen(Kind::first, 2, "knife")}), IsEmpty());
  const auto next = maker.make(make_frame(101.2), {});
  ASSERT_EQ(next.size(), 1U);
  EXPECT_NE(next[0].event_id, first.at(0).event_id);
}

TEST(EventMaker, AtTheEndNothingIsLeftWaiting) {
  EventMaker maker("front", [](std::int64_t ts_ms) { return "picture of " + std::to_string(ts_ms); });
  std::set<std::string> ids;
  for (const auto& event : maker.make(make_frame(100), {seen(Kind::first, 1, "knife")}))
    ids.insert(event.event_id);
  maker.make(make_frame(100.2), {seen(Kind::first, 2, "knife"), seen(Kind::ended, 1, "knife")});
  const auto rest = maker.finish();
  ASSERT_THAT(labels(rest), ElementsAre("knife", "knife"));
  EXPECT_EQ(rest[0].payload.ts_ms, 101'000) << "the next second that is free";
  EXPECT_EQ(rest[0].payload.extras["snapshot"], "picture of 100200") << "the last frame there was";
  EXPECT_EQ(rest[1].payload.extras["update"], "ended");
  for (const auto& event : rest) ids.insert(event.event_id);
  EXPECT_EQ(ids.size(), 3U);
  EXPECT_THAT(maker.finish(), IsEmpty());
}

}  // namespace
}  // namespace kinesight::infer
