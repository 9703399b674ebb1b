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

/// Adds the durations of a run's samples; false when it is damaged.
bool add_run(std::string_view media, const Box& run, std::uint32_t usual,
             std::vector<std::uint32_t>& durations) {
  const std::uint32_t flags = field(media, run, 0).value_or(0) & kFlags;
  const std::size_t samples = field(media, run, 4).value_or(0);
  const std::size_t first = 8 + ((flags & kDataOffset) != 0 ? 4 : 0) + ((flags & kFirstFlags) != 0 ? 4 : 0);
  const auto length = static_cast<std::size_t>(4 * std::popcount(flags & kSampleFields));
  // A sample has a byte at least, so that no count can take more memory than the fragment does.
  if (samples > media.size()) return false;
  for (std::size_t i = 0; i < samples; ++i) {
    // The duration is the first of a sample's fields.
    const auto own = (flags & kSampleDuration) != 0 ? field(media, run, first + i * length) : usual;
    if (!own) return false;
    durations.push_back(*own);
  }
  return true;
}

}  // namespace

std::vector<std::uint32_t> sample_durations(std::string_view media) {
  std::vector<std::uint32_t> durations;
  const auto fragment = boxes::find(media, {"moof", "traf"});
  if (!fragment) return durations;
  std::uint32_t usual = 0;
  for (const Box& box : boxes::list(media, fragment->content, fragment->end)) {
    if (box.type == "tfhd") usual = default_duration(media, box).value_or(0);
    if (box.type == "trun" && !add_run(media, box, usual, durations)) return {};
  }
  return durations;
}

}  // namespace kinesight::video
