// A local publisher over a folder of the test's own, and publications to give it.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "event/snapshot_key.h"
#include "publish/local/event_store.h"
#include "publish/local/local_publisher.h"
#include "support/fake_clock.h"
#include "support/telemetry_fixture.h"
#include "support/temp_folder.h"

namespace kinesight::publish {

inline constexpr std::int64_t kNowMs = 1'769'860'800'000;  // 2026-01-31T12:00:00Z
inline constexpr auto kPatience = seconds_duration(60);

/// A grey frame of 64 x 48.
inline Frame grey_frame(std::int64_t ts_ms) {
  auto pixels = std::make_shared<std::vector<std::uint8_t>>(64 * 48 * 3, 128);
  Frame frame;
  frame.view.width = 64;
  frame.view.height = 48;
  frame.view.planes[0] = {pixels->data(), 64 * 3};
  frame.capture_time = static_cast<double>(ts_ms) / 1000;
  frame.pixels = pixels;
  return frame;
}

/// One frame of `camera_id` with an event for each of `labels` and a snapshot.
inline std::shared_ptr<Publication> sample(std::int64_t ts_ms, std::vector<std::string> labels = {"person"},
                                           const std::string& camera_id = "front") {
  auto publication = std::make_shared<Publication>();
  publication->frame = grey_frame(ts_ms);
  publication->snapshot_key = event::snapshot_key("snapshots", camera_id, ts_ms);
  for (const auto& label : labels) {
    event::Payload payload;
    payload.ts_ms = ts_ms;
    payload.type = "object";
    payload.label = label;
    payload.conf = 0.875;
    payload.bbox = {8, 8, 32, 24};
    payload.extras = {{"snapshot", publication->snapshot_key}};
    publication->events.push_back(event::make_envelope(camera_id, payload));
    publication->detections.push_back(
        {.type = "object", .label = label, .conf = 0.875F, .box = {8, 8, 32, 24}});
  }
  return publication;
}

inline std::string file_text(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

/// Whether the file is a JPEG from its first to its last marker.
inline bool is_whole_jpeg(const std::filesystem::path& path) {
  const std::string bytes = file_text(path);
  return bytes.size() > 4 && bytes.starts_with("\xff\xd8") && bytes.ends_with("\xff\xd9");
}

/// The files below `folder` whose names end in `ending`.
inline std::vector<std::filesystem::path> files_in(const std::filesystem::path& folder,
                                                   const std::string& ending) {
  std::vector<std::filesystem::path> found;
  if (!std::filesystem::exists(folder)) return found;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    if (entry.is_regular_file() && entry.path().string().ends_with(ending)) found.push_back(entry.path());
  }
  return found;
}

class LocalTest : public testing::Test {
 protected:
  void start() {
    publisher_.reset();
    publisher_ = std::make_unique<LocalPublisher>(
        options_, PublisherContext{.telemetry = telemetry_, .state_directory = directory_, .clock = &clock_});
  }
  void publish(std::shared_ptr<Publication> publication) {
    ASSERT_TRUE(publisher_->publish(std::move(publication), {}));
  }
  void flush() {
    const auto flushed = publisher_->flush(kPatience);
    ASSERT_TRUE(flushed) << flushed.error().message;
  }
  std::uint64_t total(std::string_view name) const {
    const auto totals = publisher_->totals();
    for (const auto& [key, value] : totals.front().counts) {
      if (key == name) return value;
    }
    ADD_FAILURE() << "no total is called " << name;
    return 0;
  }
  std::vector<event::Envelope> stored(event::Query query = {}) const {
    query.order = event::Order::oldest_first;
    const auto events = EventStore(directory_).events(query);
    EXPECT_TRUE(events) << events.error().message;
    return events.value_or(std::vector<event::Envelope>());
  }

  support::TempFolder folder_;
  std::filesystem::path directory_ = folder_.path() / "data";
  support::TelemetryFixture telemetry_;
  support::FakeClock clock_{kNowMs / 1000.0};
  LocalOptions options_;
  std::unique_ptr<LocalPublisher> publisher_;
};

}  // namespace kinesight::publish
