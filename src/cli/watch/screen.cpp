#include "cli/watch/screen.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>

#include "event/moment.h"
#include "vision/picture.h"

namespace kinesight::cli {
namespace {

constexpr int kMostWidth = 1920;
constexpr char kEscape = 27;

}  // namespace

std::string caption(const WatchFigures& now) {
  std::string text = now.camera_id;
  if (now.capture_time) {
    const auto ms = static_cast<std::int64_t>(std::llround(*now.capture_time * 1000));
    text += fmt::format("  {}  {:.1f} fps", event::format_moment(ms), now.fps);
  }
  if (now.connection.state != "connected") text += "  " + now.connection.state;
  return text;
}

cv::Mat compose(const Frame* frame, const std::string& text) {
  cv::Mat picture = frame ? vision::to_bgr(frame->view, kMostWidth)
                          : cv::Mat(Screen::kHeight, Screen::kWidth, CV_8UC3, cv::Scalar::all(24));
  const int bar = std::clamp(picture.rows / 18, 12, 48);
  constexpr double kCapital = 22;  // Pixels of a capital letter at font scale 1.
  double scale = 0.55 * bar / kCapital;
  int baseline = 0;
  const int width = cv::getTextSize(text, cv::FONT_HERSHEY_SIMPLEX, scale, 1, &baseline).width;
  const int room = std::max(1, picture.cols - bar);
  if (width > room) scale *= static_cast<double>(room) / width;
  cv::rectangle(picture, {0, picture.rows - bar, picture.cols, bar}, cv::Scalar::all(0), cv::FILLED);
  cv::putText(picture, text, {bar / 2, picture.rows - bar / 4}, cv::FONT_HERSHEY_SIMPLEX, scale,
              cv::Scalar::all(255), 1, cv::LINE_AA);
  return picture;
}

Result<bool> Screen::live(const WatchReader& reader, Clock::Duration length) {
  auto frame = reader.newest();
  auto text = caption(reader.figures());
  if (frame != shown_ || text != text_) {
    const cv::Mat picture = compose(frame.get(), text);
    if (auto shown = window_.show(picture.data, picture.cols, picture.rows, picture.step); !shown)
      return std::unexpected(shown.error());
    shown_ = std::move(frame);
    text_ = std::move(text);
  }
  const auto input = window_.poll(length);
  return !input.closed && input.key != 'q' && input.key != kEscape;
}

}  // namespace kinesight::cli
