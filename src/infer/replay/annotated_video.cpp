#include "infer/replay/annotated_video.h"

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>

#include "vision/annotate.h"
#include "vision/picture.h"

namespace kinesight::infer {
namespace {

constexpr int kWidest = 1280;
constexpr double kLongestSeconds = 60;

/// Video has even sides: an odd row or column at the edge goes.
cv::Mat even(const cv::Mat& picture) {
  return picture(cv::Rect(0, 0, std::max(picture.cols / 2 * 2, 2), std::max(picture.rows / 2 * 2, 2)))
      .clone();
}

FrameView view_of(const cv::Mat& picture) {
  FrameView view{.format = PixelFormat::bgr24, .width = picture.cols, .height = picture.rows, .planes = {}};
  view.planes[0] = {picture.data, static_cast<int>(picture.step)};
  return view;
}

}  // namespace

AnnotatedVideo::AnnotatedVideo(std::filesystem::path file, double fps)
    : file_(std::move(file)), fps_(std::clamp(static_cast<int>(std::lround(std::ceil(fps))), 1, 60)) {}

Result<> AnnotatedVideo::add(const Frame& frame, const std::vector<vision::Detection>& detections) {
  cv::Mat picture = vision::to_bgr(frame.view, kWidest);
  vision::annotate(picture, detections, static_cast<double>(picture.cols) / frame.view.width);
  if (picture.cols < 2 || picture.rows < 2) return {};  // No video can hold it.
  picture = even(picture);
  if (!writer_) {
    if (auto started = start(picture); !started) return started;
    shown_from_ = frame.capture_time;
  } else if (auto shown = show_until(frame.capture_time); !shown) {
    return shown;
  }
  if (!picture_.empty() && picture.size() != picture_.size()) cv::resize(picture, picture, picture_.size());
  picture_ = picture;
  return {};
}

Result<> AnnotatedVideo::start(const cv::Mat& picture) {
  auto writer = video::Mp4Writer::create(file_, {.width = picture.cols, .height = picture.rows, .fps = fps_});
  if (!writer) return std::unexpected(writer.error());
  writer_ = std::move(*writer);
  return {};
}

/// Writes the last frame as often as it is to be seen before `time`.
Result<> AnnotatedVideo::show_until(double time) {
  const double length = std::min(time - shown_from_, kLongestSeconds);
  const auto times = std::max<std::int64_t>(std::llround(length * fps_), 1);
  for (std::int64_t i = 0; i < times; ++i) {
    if (auto written = writer_->write(view_of(picture_)); !written) return written;
  }
  // By what was written and not by `time`: rounding must not add up.
  const bool long_pause = time - shown_from_ > kLongestSeconds;
  shown_from_ = long_pause ? time : shown_from_ + static_cast<double>(times) / fps_;
  return {};
}

Result<> AnnotatedVideo::finish() {
  if (!writer_) return {};
  if (auto shown = show_until(shown_from_ + 1.0 / fps_); !shown) return shown;
  return std::exchange(writer_, nullptr)->finish();
}

}  // namespace kinesight::infer
