// The window of `kinesight watch`: the newest frame with a line of text.
#pragma once

#include <memory>
#include <opencv2/core/mat.hpp>
#include <string>

#include "cli/watch/reader.h"
#include "window/window.h"

namespace kinesight::cli {

/// What stands under the picture: "front  2026-01-31T12:00:00.250Z  10.0 fps", and the state unless it is
/// "connected".
std::string caption(const WatchFigures& now);

/// `frame` (null: none yet) with `text` on a bar at its lower edge, as 8-bit BGR, at most 1920 pixels wide.
cv::Mat compose(const Frame* frame, const std::string& text);

/// Draws into a window whatever the reader has, when it has something new. Used by the window's thread.
class Screen {
 public:
  /// The size of a window before anything is known of the video.
  static constexpr int kWidth = 960, kHeight = 540;

  explicit Screen(window::Window& window) : window_(window) {}

  /// Shows what `reader` has and lets the window live for up to `length`. False when a person has closed it,
  /// or pressed q or Escape. Error: unavailable (the window is of no more use).
  Result<bool> live(const WatchReader& reader, Clock::Duration length);

 private:
  window::Window& window_;
  std::shared_ptr<const Frame> shown_;
  std::string text_;
};

}  // namespace kinesight::cli
