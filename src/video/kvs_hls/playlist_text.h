// The lines of an HLS playlist and what stands on them (RFC 8216, sections 4.1 and 4.2).
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/result.h"

namespace kinesight::video::kvs_hls {

/// Walks a playlist line by line. LF and CRLF end a line, and so does the end of the text.
class PlaylistLines {
 public:
  explicit PlaylistLines(std::string_view text) : rest_(text) {}

  /// The next line without its end; nothing when there is none.
  std::optional<std::string_view> next();
  /// Of the line that next() gave last; the first is 1.
  int number() const { return number_; }

 private:
  std::string_view rest_;
  int number_ = 0;
};

/// "#EXTINF:2.0," as {"#EXTINF", "2.0,"}.
struct PlaylistTag {
  std::string_view name;   ///< Up to the first colon.
  std::string_view value;  ///< After it; empty where there is none.
};
/// Of a line that begins with #.
PlaylistTag split_tag(std::string_view line);

/// The value of an attribute in "NAME=value,OTHER="with, comma"", without its quotes; nothing where the list
/// has none of that name.
std::optional<std::string_view> attribute(std::string_view list, std::string_view name);

/// A whole number from 0 on.
std::optional<std::int64_t> parse_count(std::string_view text);
/// Seconds from 0 to 3600.
std::optional<double> parse_playlist_seconds(std::string_view text);
/// ISO 8601 with date and time of day, as Unix seconds; UTC where no zone is given.
std::optional<double> parse_date_time(std::string_view text);

/// What was found, for an error: 'text' where it is made like a number or a time, else only how long it is,
/// because it may be part of a URI.
std::string found_text(std::string_view text);

}  // namespace kinesight::video::kvs_hls
