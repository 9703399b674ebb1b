#include "event/query.h"

#include <gtest/gtest.h>

namespace kinesight::event {
namespace {

Envelope plate() {
  return make_envelope("gate-North",
                       {.ts_ms = 1000,
                        .type = "alpr",
                        .label = "ABC123",
                        .conf = 0.9,
                        .bbox = {1, 2, 3, 4},
                        .extras = {{"readings", {{{"text", "A8C123"}}}}, {"snapshot", "snapshots/x.jpg"}}});
}

bool holds(const std::string& text) { return matches({.text = text}, plate()); }

TEST(Query, FindsTextWhateverItsCase) {
  EXPECT_TRUE(holds("bc1")) << "in the label";
  EXPECT_TRUE(holds("ALPR")) << "in the type";
  EXPECT_TRUE(holds("gate-n")) << "in the camera's id";
  EXPECT_TRUE(holds("a8c")) << "deep in the extras";
  EXPECT_TRUE(holds(""));
  EXPECT_FALSE(holds("readings")) << "the name of a member";
  EXPECT_FALSE(holds("0.9"));
  EXPECT_FALSE(holds("abc1234"));
}

TEST(Query, AsksForAllThatItSays) {
  EXPECT_TRUE(matches({}, plate()));
  EXPECT_TRUE(matches({.event_id = plate().event_id, .text = "abc"}, plate()));
  EXPECT_FALSE(matches({.event_id = "another"}, plate()));
  EXPECT_FALSE(matches({.camera_id = "gate", .text = "abc"}, plate()));
  EXPECT_TRUE(matches({.since_ms = 1000, .until_ms = 1001}, plate()));
  EXPECT_FALSE(matches({.until_ms = 1000}, plate()));
}

}  // namespace
}  // namespace kinesight::event
