#include "event/snapshot_key.h"

#include <gtest/gtest.h>

#include <string>

namespace kinesight::event {
namespace {

constexpr std::int64_t kTime = 1769860800123;  // 2026-01-31T12:00:00.123Z

TEST(SnapshotKey, IsDatedInUtc) {
  EXPECT_EQ(snapshot_key("snapshots", "front", kTime), "snapshots/front/2026/01/31/1769860800123.jpg");
  EXPECT_EQ(snapshot_key("", "front", kTime), "front/2026/01/31/1769860800123.jpg");
  EXPECT_EQ(snapshot_key("a/b", "front", kTime), "a/b/front/2026/01/31/1769860800123.jpg");
}

TEST(SnapshotKey, ReadsWhatItWrote) {
  for (const char* prefix : {"", "snapshots", "site-7/night.v2"}) {
    for (const std::int64_t ts_ms :
         {std::int64_t{0}, kTime, std::int64_t{-1}, std::int64_t{253402300799999}}) {
      const auto key = snapshot_key(prefix, "cam.1_a-b", ts_ms);
      EXPECT_EQ(parse_snapshot_key(key), (SnapshotKey{prefix, "cam.1_a-b", ts_ms})) << key;
    }
  }
}

TEST(SnapshotKey, RefusesWhatIsNoKey) {
  for (const std::string key :
       {"", "/", "x.jpg", "/snapshots/front/2026/01/31/1769860800123.jpg",
        "snapshots/../2026/01/31/1769860800123.jpg", "../front/2026/01/31/1769860800123.jpg",
        "snapshots//front/2026/01/31/1769860800123.jpg", "snapshots/front/2026/01/30/1769860800123.jpg",
        "snapshots/front/2026/1/31/1769860800123.jpg", "snapshots/front/2026/01/31/1769860800123.png",
        "snapshots/front/2026/01/31/+1769860800123.jpg", "snapshots/fr ont/2026/01/31/1769860800123.jpg",
        "2026/01/31/1769860800123.jpg"}) {
    EXPECT_FALSE(parse_snapshot_key(key)) << key;
  }
  EXPECT_FALSE(parse_snapshot_key(snapshot_key(std::string(600, 'p'), "front", kTime)));
}

}  // namespace
}  // namespace kinesight::event
