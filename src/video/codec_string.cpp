#include "video/codec_string.h"

#include <fmt/format.h>

#include <cstdint>

#include "video/boxes.h"

namespace kinesight::video {
namespace {

std::uint8_t byte(std::string_view bytes, std::size_t at) { return static_cast<std::uint8_t>(bytes[at]); }

std::uint32_t reversed(std::uint32_t bits) {
  std::uint32_t result = 0;
  for (int i = 0; i < 32; ++i, bits >>= 1) result = result << 1 | (bits & 1);
  return result;
}

/// AVCDecoderConfigurationRecord: version, profile, compatibility, level.
std::string avc_string(std::string_view record) {
  if (record.size() < 4) return {};
  return fmt::format("avc1.{:02x}{:02x}{:02x}", byte(record, 1), byte(record, 2), byte(record, 3));
}

/// HEVCDecoderConfigurationRecord: version, profile space, tier and profile (2, 1 and 5 bits), 32
/// compatibility flags, 6 bytes of constraints, level.
std::string hevc_string(std::string_view record) {
  if (record.size() < 13) return {};
  constexpr std::string_view kSpaces[] = {"", "A", "B", "C"};
  const std::uint8_t profile = byte(record, 1);
  std::string text =
      fmt::format("hvc1.{}{}.{:x}.{}{}", kSpaces[profile >> 6], profile & 0x1f,
                  reversed(boxes::read_u32(record, 2)), (profile & 0x20) != 0 ? "H" : "L", byte(record, 12));
  std::size_t last = 12;
  while (last > 6 && record[last - 1] == 0) --last;  // Zeros at the end are left out.
  for (std::size_t i = 6; i < last; ++i) text += fmt::format(".{:x}", byte(record, i));
  return text;
}

std::string_view content(std::string_view bytes, const boxes::Box& box) {
  return bytes.substr(box.content, box.end - box.content);
}

}  // namespace

std::string codec_string(std::string_view init) {
  if (const auto box = boxes::find(init, {"moov", "trak", "mdia", "minf", "stbl", "stsd", "avc1", "avcC"})) {
    return avc_string(content(init, *box));
  }
  if (const auto box = boxes::find(init, {"moov", "trak", "mdia", "minf", "stbl", "stsd", "hvc1", "hvcC"})) {
    return hevc_string(content(init, *box));
  }
  return {};
}

}  // namespace kinesight::video
