#include "config/nearest.h"

#include <gtest/gtest.h>

#include <vector>

namespace kinesight::config {
namespace {

TEST(Nearest, CountsEdits) {
  EXPECT_EQ(edit_distance("", ""), 0);
  EXPECT_EQ(edit_distance("", "abc"), 3);
  EXPECT_EQ(edit_distance("kitten", "sitting"), 3);
  EXPECT_EQ(edit_distance("fps_tagret", "fps_target"), 1) << "a swap of neighbours is one edit";
  EXPECT_EQ(edit_distance("Region", "region"), 0) << "case does not count";
  EXPECT_EQ(edit_distance("ca", "abc"), 3) << "the restricted form: no edit between swapped neighbours";
}

TEST(Nearest, SuggestsOnlyWhatIsNear) {
  const std::vector<std::string> known = {"enabled", "fps_target", "max_frame_age_ms",
                                          "kvs",     "source",     "detectors"};
  EXPECT_EQ(nearest("enable", known), "enabled");
  EXPECT_EQ(nearest("fps", known), "fps_target") << "the beginning of a key";
  EXPECT_EQ(nearest("detector", known), "detectors");
  EXPECT_EQ(nearest("KVS", known), "kvs");
  EXPECT_EQ(nearest("zoom", known), std::nullopt);
  EXPECT_EQ(nearest("rtsp", known), std::nullopt);
  EXPECT_EQ(nearest("anything", {}), std::nullopt);
}

}  // namespace
}  // namespace kinesight::config
