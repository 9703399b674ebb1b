#include "video/boxes.h"

#include <algorithm>

namespace kinesight::video::boxes {
namespace {

constexpr std::size_t kHeader = 8;
constexpr std::size_t kLargeHeader = 16;

std::uint64_t read(std::string_view bytes, std::size_t at, std::size_t length) {
  std::uint64_t value = 0;
  for (const char byte : bytes.substr(at, length)) value = value << 8 | static_cast<unsigned char>(byte);
  return value;
}

void write(std::string& bytes, std::size_t at, std::size_t length, std::uint64_t value) {
  for (std::size_t i = length; i > 0; --i, value >>= 8) bytes[at + i - 1] = static_cast<char>(value & 0xff);
}

std::optional<Box> box_at(std::string_view bytes, std::size_t at, std::size_t to) {
  if (to - at < kHeader) return std::nullopt;
  std::uint64_t size = read_u32(bytes, at);
  std::size_t header = kHeader;
  if (size == 1 && to - at >= kLargeHeader) {
    size = read_u64(bytes, at + kHeader);
    header = kLargeHeader;
  } else if (size == 0) {
    size = to - at;  // To the end of the file.
  }
  if (size < header || size > to - at) return std::nullopt;
  return Box{at, at + header, at + static_cast<std::size_t>(size), bytes.substr(at + 4, 4)};
}

/// What stands between a box's header and the boxes inside it.
std::size_t fields_of(std::string_view type) {
  if (type == "stsd") return 8;                     // Version, flags and the number of entries.
  if (type == "avc1" || type == "hvc1") return 78;  // VisualSampleEntry.
  return 0;
}

}  // namespace

std::vector<Box> list(std::string_view bytes, std::size_t from, std::size_t to) {
  std::vector<Box> boxes;
  while (from < to) {
    const auto box = box_at(bytes, from, to);
    if (!box) break;
    boxes.push_back(*box);
    from = box->end;
  }
  return boxes;
}

std::optional<Box> find(std::string_view bytes, std::initializer_list<std::string_view> path) {
  std::optional<Box> found;
  std::size_t from = 0;
  std::size_t to = bytes.size();
  for (const std::string_view type : path) {
    found.reset();
    for (const Box& box : list(bytes, from, to)) {
      if (box.type != type) continue;
      found = box;
      break;
    }
    if (!found) return std::nullopt;
    from = std::min(found->content + fields_of(type), found->end);
    to = found->end;
  }
  return found;
}

std::uint32_t read_u32(std::string_view bytes, std::size_t at) {
  return static_cast<std::uint32_t>(read(bytes, at, 4));
}
std::uint64_t read_u64(std::string_view bytes, std::size_t at) { return read(bytes, at, 8); }
void write_u32(std::string& bytes, std::size_t at, std::uint32_t value) { write(bytes, at, 4, value); }
void write_u64(std::string& bytes, std::size_t at, std::uint64_t value) { write(bytes, at, 8, value); }

}  // namespace kinesight::video::boxes
