#include "video/track_run.h"

#include <bit>
#include <optional>

#include "video/boxes.h"

namespace kinesight::video {
namespace {

using boxes::Box;

constexpr std::uint32_t kFlags = 0x00ffffff;  // Above them is the version.
// Of tfhd.
constexpr std::uint32_t kBaseDataOffset = 0x1;
constexpr std::uint32_t kDescriptionIndex = 0x2;
constexpr std::uint32_t kDefaultDuration = 0x8;
// Of trun: what comes before the samples, and the fields of 4 bytes that each sample has.
constexpr std::uint32_t kDataOffset = 0x1;
constexpr std::uint32_t kFirstFlags = 0x4;
constexpr std::uint32_t kSampleDuration = 0x100;
constexpr std::uint32_t kSampleFields = 0xf00;

std::optional<std::uint32_t> field(std::string_view media, const Box& box, std::size_t offset) {
  if (box.content + offset + 4 > box.end) return std::nullopt;
  return boxes::read_u32(media, box.content + offset);
}

std::optional<std::uint32_t> default_duration(std::string_view media, const Box& header) {
  const std::uint32_t flags = field(media, header, 0).value_or(0) & kFlags;
  if ((flags & kDefaultDuration) == 0) return std::nullopt;
  return field(media, header,
               8 + ((flags & kBaseDataOffset) != 0 ? 8 : 0) + ((flags & kDescriptionIndex) != 0 ? 4 : 0));
}

/// Nothing where the run does not say, or has no sample.
std::optional<std::uint32_t> last_duration(std::string_view media, const Box& run) {
  const std::uint32_t flags = field(media, run, 0).value_or(0) & kFlags;
  const std::size_t samples = field(media, run, 4).value_or(0);
  if ((flags & kSampleDuration) == 0 || samples == 0) return std::nullopt;
  const std::size_t first = 8 + ((flags & kDataOffset) != 0 ? 4 : 0) + ((flags & kFirstFlags) != 0 ? 4 : 0);
  const auto length = static_cast<std::size_t>(4 * std::popcount(flags & kSampleFields));
  return field(media, run, first + (samples - 1) * length);
}

}  // namespace

std::uint32_t last_sample_duration(std::string_view media) {
  std::uint32_t duration = 0;
  const auto fragment = boxes::find(media, {"moof", "traf"});
  if (!fragment) return duration;
  for (const Box& box : boxes::list(media, fragment->content, fragment->end)) {
    if (box.type == "tfhd") duration = default_duration(media, box).value_or(duration);
    if (box.type == "trun") duration = last_duration(media, box).value_or(duration);
  }
  return duration;
}

}  // namespace kinesight::video
