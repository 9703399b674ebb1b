// A progress bar on stderr, for people at a terminal; nothing elsewhere.
#pragma once

#include <cstdint>
#include <string>

#include "base/clock.h"

namespace kinesight::cli {

/// Draws "rendering  [#####     ] 50 %  12 s left" on one line, a few times a second.
class ProgressBar {
 public:
  /// `title` says what is under way. Draws only when stderr is a terminal.
  explicit ProgressBar(std::string title);
  /// Leaves the line empty.
  ~ProgressBar();
  ProgressBar(const ProgressBar&) = delete;
  ProgressBar& operator=(const ProgressBar&) = delete;

  /// `done` of `count` are done.
  void show(std::int64_t done, std::int64_t count);
  /// Leaves the line empty for somebody else to write on; the next show() draws it anew.
  void clear();

 private:
  const std::string title_;
  const bool terminal_;
  const Clock::Steady begin_;
  Clock::Steady drawn_{};
};

}  // namespace kinesight::cli
