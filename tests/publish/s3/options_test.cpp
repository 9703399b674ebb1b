#include "publish/s3/options.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace kinesight::publish {
namespace {

using testing::StartsWith;

/// What is wrong with the options; empty for nothing.
std::string broken(const std::string& bucket, const std::string& prefix) {
  S3Options options;
  options.bucket = bucket;
  options.prefix = prefix;
  for (const auto& rule : S3Options::table().rules()) {
    if (const auto expected = rule.broken(&options)) return rule.key + ": " + *expected;
  }
  return "";
}

TEST(S3Options, ABucketIsOneThatS3Takes) {
  EXPECT_EQ(broken("detection-snapshots", "snapshots"), "");
  EXPECT_EQ(broken("", "snapshots"), "") << "the row says itself that it must be there";
  for (const char* bucket : {"Detection", "ab", "-pictures", "a..b"}) {
    EXPECT_THAT(broken(bucket, "snapshots"), StartsWith("bucket: 3 to 63")) << bucket;
  }
}

TEST(S3Options, APrefixMakesKeysThatAreFoundAgain) {
  for (const char* prefix : {"", "snapshots", "site-7/night.v2"}) EXPECT_EQ(broken("pictures", prefix), "");
  for (const char* prefix : {"snapshots/", "/snapshots", "a//b", "a/../b", "my pictures"}) {
    EXPECT_THAT(broken("pictures", prefix), StartsWith("prefix: names of letters")) << prefix;
  }
}

}  // namespace
}  // namespace kinesight::publish
