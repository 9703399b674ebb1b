// A window that shows pictures, for people at a desktop. What draws it is loaded when the first one is
// opened.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"

namespace kinesight::window {

/// What a person did to a window.
struct Input {
  bool closed = false;
  std::optional<char> key{};
};

/// The one window of the process. Used by one thread: the one that opened it, which had best be the main
/// thread.
class Window {
 public:
  virtual ~Window() = default;

  /// Shows a picture: 8-bit BGR, `stride` bytes from a row to the next. Error: unavailable.
  virtual Result<> show(const std::uint8_t* bgr, int width, int height, std::size_t stride) = 0;
  /// Lets the window live for up to `length` (keys, resizing, redrawing).
  virtual Input poll(Clock::Duration length) = 0;
};

/// Where the module that draws is looked for: beside the program, and in ../lib/kinesight.
std::vector<std::filesystem::path> module_places();

/// Opens the window, for pictures of about `width` x `height`. Sets QT_QPA_PLATFORM in the environment where
/// it is not set: call it before there are other threads. Errors: not_found (no such module in `places`),
/// invalid (it is of another version or broken), unavailable (no display answers).
Result<std::unique_ptr<Window>> open_window(
    const std::string& title, int width, int height,
    const std::vector<std::filesystem::path>& places = module_places());

}  // namespace kinesight::window
