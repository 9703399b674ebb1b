#include "publish/local/local_publisher.h"

#include <thread>

#include <opencv2/imgcodecs.hpp>

#include "publish/local_fixture.h"
#include "publish/publisher_kind.h"

namespace kinesight::publish {
namespace {

class LocalPublisherTest : public LocalTest {};

TEST_F(LocalPublisherTest, KeepsEventsAsTheyWereAndTheirPicture) {
  start();
  const auto publication = sample(kNowMs, {"person", "car"});
  publish(publication);
  flush();
  EXPECT_THAT(stored(), testing::UnorderedElementsAreArray(publication->events));
  const auto picture = cv::imread(directory_ / publication->snapshot_key);
  EXPECT_EQ(picture.cols, 64);
  EXPECT_EQ(picture.rows, 48);
  const cv::Vec3b edge = picture.at<cv::Vec3b>(20, 8);
  EXPECT_NE(edge, picture.at<cv::Vec3b>(2, 60)) << "the box is drawn";
  EXPECT_EQ(total("written"), 2u);
  EXPECT_EQ(total("snapshots"), 1u);
  EXPECT_EQ(total("bytes_written"), std::filesystem::file_size(directory_ / publication->snapshot_key));
  EXPECT_EQ(total("failed"), 0u);
}

TEST_F(LocalPublisherTest, TheSameIdTwiceIsOneEventAndKeepsItsFirstPicture) {
  start();
  publish(sample(kNowMs));
  publish(sample(kNowMs + 400));  // The same second.
  flush();
  EXPECT_EQ(stored().size(), 1u);
  EXPECT_EQ(total("written"), 1u);
  EXPECT_EQ(total("duplicates"), 1u);
  EXPECT_EQ(files_in(directory_, ".jpg").size(), 1u);
  start();
  publish(sample(kNowMs));  // As after a restart.
  flush();
  EXPECT_EQ(total("duplicates"), 1u);
  EXPECT_EQ(stored().size(), 1u);
}

TEST_F(LocalPublisherTest, SavesNoPictureThatIsNotWanted) {
  options_.save_snapshots = false;
  start();
  EXPECT_FALSE(publisher_->saves_snapshots());
  publish(sample(kNowMs));
  flush();
  EXPECT_TRUE(files_in(directory_, ".jpg").empty());
  EXPECT_EQ(stored().size(), 1u);

  options_.save_snapshots = true;
  start();
  const auto without = sample(kNowMs + 5000);
  without->snapshot_key.clear();
  publish(without);
  flush();
  EXPECT_TRUE(files_in(directory_, ".jpg").empty());
}

TEST_F(LocalPublisherTest, WritesWhatItTookBeforeItEnds) {
  start();
  for (int i = 0; i < 30; ++i) publish(sample(kNowMs + 1000 * i));
  publisher_.reset();
  EXPECT_EQ(stored().size(), 30u);
}

TEST_F(LocalPublisherTest, ManyCamerasMayPublishAtOnce) {
  start();
  {
    std::vector<std::jthread> cameras;
    for (int camera = 0; camera < 4; ++camera) {
      cameras.emplace_back([this, camera] {
        for (int i = 0; i < 25; ++i)
          publish(sample(kNowMs + 1000 * i, {"person"}, "camera-" + std::to_string(camera)));
      });
    }
  }
  flush();
  EXPECT_EQ(stored().size(), 100u);
  EXPECT_EQ(stored({.camera_id = "camera-2"}).size(), 25u);
}

TEST_F(LocalPublisherTest, WhoStopsIsNotHeldUp) {
  start();
  std::stop_source stop;
  stop.request_stop();
  // With the queue full sooner or later, publish() would wait; who has been asked to stop is told so instead.
  Result<> last;
  for (int i = 0; i < 10'000 && last; ++i)
    last = publisher_->publish(sample(kNowMs + 1000 * i), stop.get_token());
  ASSERT_FALSE(last);
  EXPECT_EQ(last.error().kind, ErrorKind::cancelled);
  flush();
}

TEST_F(LocalPublisherTest, LiesWhereTheOptionSays) {
  options_.directory = folder_.path() / "elsewhere";
  start();
  publish(sample(kNowMs));
  flush();
  EXPECT_TRUE(std::filesystem::exists(folder_.path() / "elsewhere" / "events.db"));
  EXPECT_FALSE(std::filesystem::exists(directory_));
}

TEST_F(LocalPublisherTest, CanBeReadThroughItsArchive) {
  start();
  const auto publication = sample(kNowMs);
  publish(publication);
  flush();
  const Archive* archive = publisher_->archive();
  ASSERT_NE(archive, nullptr);
  EXPECT_EQ(archive->events({}).value(), publication->events);
  EXPECT_EQ(archive->snapshot(publication->snapshot_key).value().size(), total("bytes_written"));
}

TEST_F(LocalPublisherTest, ALabelMayBeAnyBytes) {
  start();
  publish(sample(kNowMs, {"a'; DROP TABLE events; --", "\xff\xfe", std::string("a\0b", 3)}));
  flush();
  EXPECT_EQ(stored().size(), 3u);
  EXPECT_EQ(stored({.label = "a'; DROP TABLE events; --"}).size(), 1u);
}

TEST_F(LocalPublisherTest, IsMadeByItsRegistryRow) {
  const auto kind = local_publisher_kind();
  EXPECT_EQ(kind.options.name(), "local");
  auto publisher =
      kind.make(config::Parsed(kind.options), {.telemetry = telemetry_, .state_directory = directory_});
  ASSERT_TRUE(publisher);
  EXPECT_EQ((*publisher)->sink(), "local");
}

}  // namespace
}  // namespace kinesight::publish
