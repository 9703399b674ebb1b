#include "publish/s3/snapshot_bucket.h"

#include <opencv2/imgcodecs.hpp>

#include "publish/s3/s3_fixture.h"

namespace kinesight::publish {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

class SnapshotBucketTest : public BucketTest {
 protected:
  /// A grey frame of 64 x 48.
  static Frame grey() {
    auto pixels = std::make_shared<std::vector<std::uint8_t>>(64 * 48 * 3, 128);
    Frame frame;
    frame.view.width = 64;
    frame.view.height = 48;
    frame.view.planes[0] = {pixels->data(), 64 * 3};
    frame.pixels = pixels;
    return frame;
  }
  static std::vector<vision::Detection> knife() {
    return {{.type = "weapon", .label = "knife", .conf = 0.87F, .box = {8, 8, 40, 30}}};
  }
  cv::Mat uploaded() const {
    const std::string& body = transport_->sent.back().body;
    return cv::imdecode(std::vector<std::uint8_t>(body.begin(), body.end()), cv::IMREAD_COLOR);
  }
  /// How far the uploaded picture's pixels are from the grey of the frame, at most.
  double colour() const {
    double furthest = 0;
    cv::minMaxLoc(cv::abs(uploaded().reshape(1) - 128), nullptr, &furthest);
    return furthest;
  }
};

TEST_F(SnapshotBucketTest, SavesThePictureUnderItsKey) {
  transport_->answer(200);
  const auto key = bucket().save(grey(), "front", kTsMs, {});
  ASSERT_TRUE(key) << key.error().message;
  EXPECT_EQ(*key, kKey);
  const auto& sent = only_request();
  EXPECT_EQ(sent.method, "PUT");
  EXPECT_EQ(sent.url, std::string("https://pictures.s3.eu-west-1.amazonaws.com/") + kKey);
  EXPECT_EQ(sent.header("Content-Type"), "image/jpeg");
  EXPECT_EQ(sent.header("x-amz-meta-camera-id"), "front");
  EXPECT_EQ(sent.header("x-amz-meta-ts-ms"), "1769860800123");
  EXPECT_EQ(uploaded().size(), cv::Size(64, 48));
  EXPECT_LT(colour(), 10) << "nothing was to be drawn";
}

TEST_F(SnapshotBucketTest, DrawsBoxesAndResizes) {
  options().max_width = 32;
  transport_->answer(200);
  ASSERT_TRUE(bucket().save_with_bbox(grey(), "front", kTsMs, knife(), {}));
  EXPECT_EQ(uploaded().size(), cv::Size(32, 24));
  EXPECT_GT(colour(), 40) << "no box was drawn";
}

TEST_F(SnapshotBucketTest, QualityIsTheOptions) {
  transport_->answer(200);
  transport_->answer(200);
  options().jpeg_quality = 95;
  ASSERT_TRUE(bucket().save_with_bbox(grey(), "front", kTsMs, knife(), {}));
  options().jpeg_quality = 10;
  ASSERT_TRUE(bucket().save_with_bbox(grey(), "front", kTsMs, knife(), {}));
  EXPECT_LT(transport_->sent[1].body.size(), transport_->sent[0].body.size());
}

TEST_F(SnapshotBucketTest, SavingTriesAgainPuttingDoesNot) {
  transport_->answer(503);
  transport_->answer(200);
  EXPECT_TRUE(bucket().save(grey(), "front", kTsMs, {}));
  transport_->answer(503);
  EXPECT_EQ(bucket().put(kKey, "jpeg", {}).error().error.kind, ErrorKind::unavailable);
  EXPECT_EQ(transport_->sent.size(), 3U);
}

TEST_F(SnapshotBucketTest, TakesNoOtherKeys) {
  EXPECT_EQ(bucket().put("site-7/../secrets", "jpeg", {}).error().error.kind, ErrorKind::invalid);
  EXPECT_EQ(bucket().save(grey(), "../front", kTsMs, {}).error().kind, ErrorKind::invalid);
  const auto url = bucket().get_url("passwords.txt");
  ASSERT_FALSE(url);
  EXPECT_EQ(url.error().kind, ErrorKind::invalid);
  EXPECT_THAT(url.error().message, HasSubstr("passwords.txt"));
  EXPECT_TRUE(transport_->sent.empty());
}

TEST_F(SnapshotBucketTest, PresignsAnHourUnlessToldOtherwise) {
  const auto url = bucket().get_url(kKey);
  ASSERT_TRUE(url) << url.error().message;
  EXPECT_THAT(*url, StartsWith(std::string("https://pictures.s3.eu-west-1.amazonaws.com/") + kKey + "?"));
  EXPECT_THAT(*url, HasSubstr("X-Amz-Expires=3600&"));
  EXPECT_THAT(*bucket().get_url(kKey, 604'800), HasSubstr("X-Amz-Expires=604800&"));
  for (const std::int64_t seconds : {-1, 0, 604'801}) {
    EXPECT_EQ(bucket().get_url(kKey, seconds).error().kind, ErrorKind::invalid) << seconds;
  }
  EXPECT_TRUE(transport_->sent.empty()) << "presigning asks nobody";
}

}  // namespace
}  // namespace kinesight::publish
