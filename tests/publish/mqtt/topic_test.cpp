#include "publish/mqtt/topic.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace kinesight::publish {
namespace {

TEST(MqttTopic, IsMadeOfTheEvent) {
  const auto event =
      event::make_envelope("front", {.ts_ms = 1, .type = "weapon", .label = "knife", .conf = 1});
  EXPECT_EQ(topic_of("kinesight/{camera_id}/{type}", event), "kinesight/front/weapon");
  EXPECT_EQ(topic_of("{label}/of/{camera_id}{camera_id}", event), "knife/of/frontfront");
  EXPECT_EQ(topic_of("plain", event), "plain");
}

TEST(MqttTopic, NothingInAnEventMakesALevelOrAWildcard) {
  const auto event =
      event::make_envelope("front", {.ts_ms = 1, .type = "alpr", .label = "A/B+#\n{type}", .conf = 1});
  EXPECT_EQ(topic_of("plates/{label}", event), "plates/A_B___{type}");
}

TEST(MqttTopic, APatternMakesTopicsThatCanBePublishedTo) {
  for (const char* good : {"kinesight/{camera_id}/{type}", "a", "/a/b", "a {label}"})
    EXPECT_EQ(topic_fault(good), std::nullopt) << good;
  for (const char* bad : {"", "a/#", "+/a", "$SYS/a", "{camera}", "{type", "a}", "{}"})
    EXPECT_NE(topic_fault(bad), std::nullopt) << bad;
  EXPECT_NE(topic_fault(std::string(1001, 'a')), std::nullopt);
}

}  // namespace
}  // namespace kinesight::publish
