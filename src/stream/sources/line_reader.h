// The lines of a file, or of what another program writes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/result.h"

namespace kinesight::stream {

/// A file open for reading; standard input stays open when it goes.
class InputDescriptor {
 public:
  /// `path` "-" is standard input. Errors: not_found, denied, invalid (a folder), unavailable.
  static Result<InputDescriptor> open(const std::string& path);
  /// The same errors, as far as they can be told without opening it: a pipe can be opened only once.
  static Result<> check(const std::string& path);
  ~InputDescriptor();
  InputDescriptor(InputDescriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
  InputDescriptor& operator=(InputDescriptor&&) = delete;

  int number() const { return number_; }

 private:
  explicit InputDescriptor(int number) : number_(number) {}
  int number_;
};

/// Reads line after line, in memory bounded by the longest line allowed.
class LineReader {
 public:
  LineReader(InputDescriptor input, std::size_t max_line_bytes)
      : input_(std::move(input)), max_line_bytes_(max_line_bytes) {}

  /// The next line without its "\n", until the next call; nothing after the last. The last may lack its
  /// "\n". A byte-order mark before the first is left out. Errors: corrupt (the line is too long; it is
  /// skipped), unavailable (reading failed, or the line was not there `until` then), cancelled.
  Result<std::optional<std::string_view>> next(const std::stop_token& stop,
                                               Clock::Steady until = Clock::Steady::max());
  /// The number of the line that next() told of last, from 1; 0 before.
  std::uint64_t line() const { return line_; }
  /// How long all lines up to that one are, with their "\n".
  std::uint64_t bytes() const { return bytes_; }

 private:
  std::optional<std::size_t> find_newline();
  Result<std::string_view> take(std::size_t length, std::size_t newline);
  Result<> fill(const std::stop_token& stop, Clock::Steady until);
  Result<> wait_readable(const std::stop_token& stop, Clock::Steady until) const;

  InputDescriptor input_;
  const std::size_t max_line_bytes_;
  std::vector<char> buffer_;
  std::size_t begin_ = 0;    ///< Of what was read and not given yet.
  std::size_t end_ = 0;      ///< Of what was read.
  std::size_t scanned_ = 0;  ///< Up to here there is no newline.
  std::uint64_t line_ = 0;
  std::uint64_t bytes_ = 0;  ///< Of the lines that were given or skipped.
  bool too_long_ = false;    ///< The line that begins at begin_ has lost a part already.
  bool at_end_ = false;
};

}  // namespace kinesight::stream
