// A bucket over a scripted transport.
#pragma once

#include "aws/services/scripted_session.h"
#include "publish/s3/snapshot_bucket.h"

namespace kinesight::publish {

inline constexpr std::int64_t kTsMs = 1'769'860'800'123;  // 2026-01-31T12:00:00.123Z
inline constexpr const char* kKey = "site-7/front/2026/01/31/1769860800123.jpg";

class BucketTest : public aws::ServiceTest {
 protected:
  BucketTest() {
    auto& options = *static_cast<S3Options*>(parsed_.object());
    options.region = "eu-west-1";
    options.bucket = "pictures";
    options.prefix = "site-7";
  }
  S3Options& options() { return *static_cast<S3Options*>(parsed_.object()); }
  SnapshotBucket bucket() {
    auto s3 = aws::S3::make(session_, {.region = options().region, .endpoint_url = options().endpoint_url});
    EXPECT_TRUE(s3) << s3.error().message;
    return {options(), std::move(*s3)};
  }

  config::Parsed parsed_{S3Options::table()};
};

}  // namespace kinesight::publish
