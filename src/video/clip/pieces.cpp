#include "video/clip/pieces.h"

#include <unistd.h>

#include <array>
#include <bit>
#include <cerrno>
#include <cstring>
#include <string_view>

namespace kinesight::video::clip {
namespace {

constexpr std::size_t kMaxPieces = 50'000;  ///< More than a day of fragments of two seconds.
// RFC 8794 (EBML) and RFC 9559 (Matroska).
constexpr std::uint32_t kEbmlHeader = 0x1a45dfa3;
constexpr std::uint32_t kSegment = 0x18538067;
constexpr std::uint32_t kCluster = 0x1f43b675;
constexpr std::size_t kLongestHeader = 12;

/// An element's header.
struct Element {
  std::uint32_t id = 0;
  std::uint64_t size = 0;  ///< Of its content.
  std::size_t header = 0;  ///< Bytes; 0 when there is no element.
  bool unknown_size = false;
};

/// Numbers begin with as many zero bits as bytes follow the first.
Element parse(std::string_view bytes) {
  const auto byte = [&](std::size_t at) { return static_cast<std::uint8_t>(bytes[at]); };
  Element element;
  const std::size_t id_length = bytes.empty() ? 9 : static_cast<std::size_t>(std::countl_zero(byte(0))) + 1;
  if (id_length > 4 || bytes.size() <= id_length) return element;
  for (std::size_t i = 0; i < id_length; ++i) element.id = element.id << 8 | byte(i);
  const std::size_t length = static_cast<std::size_t>(std::countl_zero(byte(id_length))) + 1;
  if (length > 8 || bytes.size() < id_length + length) return element;
  const std::uint64_t mask = (std::uint64_t{1} << (7 * length)) - 1;
  for (std::size_t i = 0; i < length; ++i) element.size = element.size << 8 | byte(id_length + i);
  element.size &= mask;
  element.unknown_size = element.size == mask;
  element.header = id_length + length;
  return element;
}

std::unexpected<Error> unreadable(const std::string& shown) {
  return fail(ErrorKind::unavailable, "{}: cannot be read: {}", shown, std::strerror(errno));
}

/// Goes over the elements at the top, and over those of segments and clusters of unknown size.
Result<std::vector<Piece>> split_matroska(int file, std::int64_t end, const std::string& shown) {
  std::vector<Piece> pieces;
  for (std::int64_t at = 0; at < end;) {
    std::array<char, kLongestHeader> header{};
    const std::ptrdiff_t length = read_at(file, at, header.data(), header.size());
    if (length < 0) return unreadable(shown);
    const Element element = parse({header.data(), static_cast<std::size_t>(length)});
    const bool entered = element.unknown_size && (element.id == kSegment || element.id == kCluster);
    const auto left = static_cast<std::uint64_t>(end - at);
    if (element.header == 0 || (!entered && element.size > left - element.header)) {
      return fail(ErrorKind::corrupt, "{}: it is cut off, or damaged, at byte {}", shown, at);
    }
    if (element.id == kEbmlHeader) {
      if (!pieces.empty()) pieces.back().end = at;
      pieces.push_back({.file = file, .begin = at, .end = end, .matroska = true});
      if (pieces.size() > kMaxPieces)
        return fail(ErrorKind::corrupt, "{}: too many Matroska files in it", shown);
    }
    at += static_cast<std::int64_t>(element.header + (entered ? 0 : element.size));
  }
  return pieces;
}

}  // namespace

std::ptrdiff_t read_at(int file, std::int64_t at, char* into, std::size_t length) {
  std::size_t done = 0;
  while (done < length) {
    const ssize_t count = pread(file, into + done, length - done, at + static_cast<std::int64_t>(done));
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return -1;
    if (count == 0) break;
    done += static_cast<std::size_t>(count);
  }
  return static_cast<std::ptrdiff_t>(done);
}

Result<std::vector<Piece>> split(int file, const std::string& shown) {
  const std::int64_t end = lseek(file, 0, SEEK_END);
  std::array<char, 4> first{};
  const std::ptrdiff_t length = end < 0 ? -1 : read_at(file, 0, first.data(), first.size());
  if (length < 0) return unreadable(shown);
  const bool matroska =
      std::string_view(first.data(), static_cast<std::size_t>(length)) == "\x1a\x45\xdf\xa3";
  if (matroska) return split_matroska(file, end, shown);
  return std::vector<Piece>{{.file = file, .begin = 0, .end = end, .matroska = false}};
}

}  // namespace kinesight::video::clip
