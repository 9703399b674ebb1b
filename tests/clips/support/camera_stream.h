// A stream of Kinesis video whose frames carry their number, and which fails when told to.
#pragma once

#include <unistd.h>

#include <deque>
#include <functional>
#include <mutex>

#include "clips/streams/camera_streams.h"
#include "video/clip/parts.h"

namespace kinesight::clips {

/// One active stream of one camera: 40 s at 10 frames a second from video::test::kStart on, in fragments of 2
/// s.
class CameraStream final : public CameraStreams {
 public:
  static constexpr int kFrames = 400;

  /// The next calls of that name fail so; "clip" and "fragments" once each.
  void fail_next(const std::string& call, const Error& error, int times = 1) {
    std::lock_guard lock(mutex_);
    for (int i = 0; i < times; ++i) errors_[call].push_back(error);
  }

  std::string status = "ACTIVE";
  std::function<void(std::stop_token)> before_describe;  ///< May wait, or throw.
  std::size_t most_a_clip = 200;     ///< Fragments that a clip has at most: it is cut silently.
  int late_listings = 0;             ///< So many listings know nothing from second 8 on.
  std::vector<std::size_t> missing;  ///< Fragments that were never sent.
  video::test::Camera camera{kFrames, {.width = 320, .height = 180, .fps = 10, .keyframe_interval = 20}};

  Result<std::vector<aws::VideoStream>> list(std::stop_token) override { return std::vector{stream()}; }

  Result<aws::VideoStream> describe(const std::string&, std::stop_token stop) override {
    if (before_describe) before_describe(stop);
    if (stop.stop_requested()) return fail(ErrorKind::cancelled, "asked to stop");
    if (auto error = failing("status")) return std::unexpected(*error);
    return stream();
  }

  Result<std::vector<aws::ListedFragment>> fragments(const std::string&, const aws::FragmentRange& range,
                                                     std::stop_token) override {
    if (auto error = failing("fragments")) return std::unexpected(*error);
    std::vector<aws::ListedFragment> found;
    const bool late = late_listings > 0 && late_listings-- > 0;
    for (const std::size_t i : within(range)) {
      if (late && camera.video.fragments[i].begin >= 8) continue;
      const auto& one = camera.video.fragments[i];
      found.push_back({std::to_string(1000 + i), begin_of(i), begin_of(i) + 0.5, one.duration,
                       static_cast<std::int64_t>(one.media.size())});
    }
    std::ranges::reverse(found);
    return found;
  }

  Result<std::int64_t> clip(const std::string&, const aws::FragmentRange& range, int file,
                            std::stop_token) override {
    if (auto error = failing("clip")) return std::unexpected(*error);
    const auto which = within(range);
    if (which.empty()) return fail(ErrorKind::not_found, "no media in the range");
    const auto past = std::min(which.back() + 1, which.front() + most_a_clip);
    const auto bytes = camera.bytes(which.front(), past);
    if (::ftruncate(file, 0) != 0) return fail(ErrorKind::unavailable, "disk");
    return static_cast<std::int64_t>(::pwrite(file, bytes.data(), bytes.size(), 0));
  }

  Result<std::string> hls_url(const std::string&, int, std::stop_token) override {
    return fail(ErrorKind::unavailable, "not asked for");
  }

 private:
  aws::VideoStream stream() const {
    return {.name = "front",
            .arn = "arn:aws:kinesisvideo:us-east-1:1:stream/front/1",
            .status = status,
            .retention_hours = 24};
  }
  double begin_of(std::size_t i) const { return video::test::kStart + camera.video.fragments[i].begin; }

  std::vector<std::size_t> within(const aws::FragmentRange& range) const {
    std::vector<std::size_t> found;
    for (std::size_t i = 0; i < camera.video.fragments.size(); ++i) {
      const bool there = std::ranges::find(missing, i) == missing.end();
      if (there && begin_of(i) >= range.begin && begin_of(i) <= range.end.value_or(1e18)) found.push_back(i);
    }
    return found;
  }

  std::optional<Error> failing(const std::string& call) {
    std::lock_guard lock(mutex_);
    auto& errors = errors_[call];
    if (errors.empty()) return std::nullopt;
    const Error error = errors.front();
    errors.pop_front();
    return error;
  }

  std::mutex mutex_;
  std::map<std::string, std::deque<Error>> errors_;
};

}  // namespace kinesight::clips
