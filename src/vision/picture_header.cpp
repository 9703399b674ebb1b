#include "vision/picture_header.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <optional>

namespace kinesight::vision {
namespace {

/// The bytes of a file, read with care: what is beyond the end is 0, and noted.
class Bytes {
 public:
  explicit Bytes(std::span<const std::uint8_t> bytes) : bytes_(bytes) {}

  bool begins(std::size_t at, std::string_view text) const {
    if (at > bytes_.size() || bytes_.size() - at < text.size()) return false;
    return std::ranges::equal(bytes_.subspan(at, text.size()), text,
                              [](std::uint8_t a, char b) { return a == static_cast<std::uint8_t>(b); });
  }
  std::int64_t big(std::size_t at, std::size_t count) {
    std::int64_t value = 0;
    for (std::size_t i = 0; i < count; ++i) value = value << 8 | byte(at + i);
    return value;
  }
  std::int64_t little(std::size_t at, std::size_t count) {
    std::int64_t value = 0;
    for (std::size_t i = count; i-- > 0;) value = value << 8 | byte(at + i);
    return value;
  }
  std::int64_t byte(std::size_t at) {
    if (at < bytes_.size()) return bytes_[at];
    cut_ = true;
    return 0;
  }
  /// Whether `text` stands anywhere from `at` on.
  bool contains(std::size_t at, std::string_view text) const {
    const auto rest = bytes_.subspan(std::min(at, bytes_.size()));
    return !std::ranges::search(rest, text, [](std::uint8_t a, char b) {
              return a == static_cast<std::uint8_t>(b);
            }).empty();
  }
  std::size_t size() const { return bytes_.size(); }
  bool cut() const { return cut_; }

 private:
  std::span<const std::uint8_t> bytes_;
  bool cut_ = false;
};

/// The size stands in the frame header; what comes before it are segments that say how long they are.
std::optional<PictureHeader> jpeg(Bytes& file) {
  if (!file.begins(0, "\xff\xd8\xff")) return std::nullopt;
  std::size_t at = 2;
  while (!file.cut()) {
    if (file.byte(at) != 0xff) return std::nullopt;
    const auto marker = file.byte(at + 1);
    const bool alone = marker == 0xff || marker == 0x01 || (marker >= 0xd0 && marker <= 0xd7);
    const bool frame = marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc;
    if (marker == 0xff) {
      ++at;  // Fill bytes.
    } else if (alone) {
      at += 2;
    } else if (frame) {
      const auto height = file.big(at + 5, 2), width = file.big(at + 7, 2);
      return PictureHeader{"JPEG", width, height, file.contains(at + 9, "\xff\xd9")};
    } else {
      at += 2 + static_cast<std::size_t>(std::max<std::int64_t>(file.big(at + 2, 2), 2));
    }
  }
  return std::nullopt;
}

std::optional<PictureHeader> png(Bytes& file) {
  if (!file.begins(0, "\x89PNG\r\n\x1a\n") || !file.begins(12, "IHDR")) return std::nullopt;
  return PictureHeader{"PNG", file.big(16, 4), file.big(20, 4), file.contains(24, "IEND")};
}

std::optional<PictureHeader> webp(Bytes& file) {
  if (!file.begins(0, "RIFF") || !file.begins(8, "WEBP")) return std::nullopt;
  PictureHeader header{.format = "WebP"};
  header.whole = file.little(4, 4) + 8 <= static_cast<std::int64_t>(file.size());
  if (file.begins(12, "VP8 ")) {
    header.width = file.little(26, 2) & 0x3fff;
    header.height = file.little(28, 2) & 0x3fff;
  } else if (file.begins(12, "VP8L")) {
    const auto sizes = file.little(21, 4);
    header.width = (sizes & 0x3fff) + 1;
    header.height = (sizes >> 14 & 0x3fff) + 1;
  } else if (file.begins(12, "VP8X")) {
    header.width = file.little(24, 3) + 1;
    header.height = file.little(27, 3) + 1;
  } else {
    return std::nullopt;
  }
  return header;
}

std::optional<PictureHeader> bmp(Bytes& file) {
  if (!file.begins(0, "BM")) return std::nullopt;
  const bool core = file.little(14, 4) == 12;
  const auto width = core ? file.little(18, 2) : static_cast<std::int32_t>(file.little(18, 4));
  // Below 0 where the rows come from the top on.
  const auto height = core ? file.little(20, 2) : static_cast<std::int32_t>(file.little(22, 4));
  const bool whole = file.little(10, 4) < static_cast<std::int64_t>(file.size());
  return PictureHeader{"BMP", width, std::abs(height), whole};
}

}  // namespace

Result<PictureHeader> picture_header(std::span<const std::uint8_t> bytes) {
  for (const auto read : {jpeg, png, webp, bmp}) {
    Bytes file(bytes);
    const auto header = read(file);
    if (header && !file.cut() && header->width > 0 && header->height > 0) return *header;
    if (file.cut()) return fail(ErrorKind::corrupt, "it ends within its first bytes: was it copied whole?");
  }
  return fail(ErrorKind::corrupt, "expected a JPEG, PNG, WebP or BMP picture, found something else");
}

}  // namespace kinesight::vision
