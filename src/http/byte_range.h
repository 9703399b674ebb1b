// Parts of what is answered (RFC 9110, 14), for players that look into a video before they take it. Private
// to http/.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace kinesight::http {

/// Bytes of something.
struct ByteRange {
  std::size_t begin = 0;
  std::size_t count = 0;

  bool operator==(const ByteRange&) const = default;
};

/// The one part of `size` bytes that a Range header asks for: "bytes=0-99", "bytes=100-", "bytes=-100". All
/// of it where the header is none or asks for several (which a server may overlook); nothing when it asks for
/// what is not there.
std::optional<ByteRange> byte_range(std::string_view header, std::size_t size);

}  // namespace kinesight::http
