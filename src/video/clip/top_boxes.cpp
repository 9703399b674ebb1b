#include "video/clip/top_boxes.h"

#include <array>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <string_view>

#include "video/boxes.h"

namespace kinesight::video::clip {
namespace {

constexpr std::size_t kMaxBytes = std::size_t{64} << 20;
constexpr int kMaxBoxes = 100'000;
constexpr std::size_t kHeader = 8;
constexpr std::size_t kLargeHeader = 16;

struct TopBox {
  std::uint64_t size = 0;  ///< Header and all; 0 when it is no box.
  std::array<char, 4> type{};
  bool is(std::string_view other) const { return std::string_view(type.data(), type.size()) == other; }
};

TopBox parse(std::string_view header, std::uint64_t left) {
  TopBox box;
  if (header.size() < kHeader) return box;
  std::memcpy(box.type.data(), header.data() + 4, 4);
  box.size = boxes::read_u32(header, 0);
  if (box.size == 0) box.size = left;  // To the end of the file.
  const bool large = box.size == 1;
  if (large) box.size = header.size() < kLargeHeader ? 0 : boxes::read_u64(header, kHeader);
  if (box.size < (large ? kLargeHeader : kHeader)) box.size = 0;
  return box;
}

}  // namespace

Result<std::string> read_top_boxes(const Piece& piece, const std::string& shown) {
  const auto unreadable = [&] {
    return fail(ErrorKind::unavailable, "{}: cannot be read: {}", shown, std::strerror(errno));
  };
  std::string all;
  int count = 0;
  for (std::int64_t at = piece.begin; at < piece.end; ++count) {
    std::array<char, kLargeHeader> header{};
    const std::ptrdiff_t length = read_at(piece.file, at, header.data(), header.size());
    if (length < 0) return unreadable();
    const auto left = static_cast<std::uint64_t>(piece.end - at);
    const TopBox box = parse({header.data(), static_cast<std::size_t>(length)}, left);
    if (box.size == 0 || count > kMaxBoxes) {
      return fail(ErrorKind::corrupt, "{}: expected a box of an MP4 file at byte {}, found none", shown, at);
    }
    if (box.size > left) return fail(ErrorKind::corrupt, "{}: it is cut off at byte {}", shown, piece.end);
    const bool wanted = !box.is("mdat") && !box.is("free") && !box.is("skip");
    if (wanted) {
      const std::size_t begin = all.size();
      if (box.size > kMaxBytes - begin) {
        return fail(ErrorKind::corrupt, "{}: expected an index of at most {} MiB, found more", shown,
                    kMaxBytes >> 20);
      }
      all.resize(begin + static_cast<std::size_t>(box.size));
      if (read_at(piece.file, at, all.data() + begin, all.size() - begin) < 0) return unreadable();
    }
    at += static_cast<std::int64_t>(box.size);
  }
  return all;
}

}  // namespace kinesight::video::clip
