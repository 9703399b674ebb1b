// The watching itself: a reader on a thread of its own, what it does on the terminal, as JSON and in a
// window.
#pragma once

#include <iosfwd>
#include <stop_token>

#include "cli/watch/reader.h"
#include "window/window.h"

namespace kinesight::cli {

/// Where it shows.
struct WatchOutput {
  std::ostream& out;  ///< The summary; with `json` also a line a second.
  std::ostream& err;  ///< The progress, unless `json`.
  bool json = false;
  /// The width of the terminal behind `err`, on which one line is rewritten; 0 where it is none: a line every
  /// 5 s.
  int columns = 0;
  window::Window* window = nullptr;  ///< Null: none.
};

/// Watches until the reader has enough, `stop`, or somebody closes the window; then writes the summary.
/// Error: as WatchReader::run(), or why the reader's thread died.
Result<> watch_until_end(WatchReader& reader, const WatchOutput& output, Clock& clock, std::stop_token stop);

}  // namespace kinesight::cli
