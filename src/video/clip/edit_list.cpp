#include "video/clip/edit_list.h"

#include <algorithm>
#include <limits>

#include "video/boxes.h"

namespace kinesight::video::clip {
namespace {

constexpr std::size_t kMaxEdits = 1000;
constexpr std::int64_t kFar = std::numeric_limits<std::int64_t>::max() / 4;

/// The time scale in mvhd or mdhd, whose fields begin alike; 0 when it is damaged.
std::uint32_t timescale(std::string_view box) {
  const std::size_t at = !box.empty() && box[0] == 1 ? 20 : 12;  // Version 1: times of 64 bits.
  return at + 4 <= box.size() ? boxes::read_u32(box, at) : 0;
}

std::string_view content(std::string_view bytes, const std::optional<boxes::Box>& box) {
  return box ? bytes.substr(box->content, box->end - box->content) : std::string_view();
}

/// The first track that shows pictures.
std::string_view video_track(std::string_view moov) {
  for (const boxes::Box& box : boxes::list(moov, 0, moov.size())) {
    const std::string_view track = moov.substr(box.content, box.end - box.content);
    if (box.type == "trak" && boxes::find(track, {"mdia", "minf", "vmhd"})) return track;
  }
  return {};
}

struct Edit {
  std::uint64_t duration;  ///< In ticks of the movie.
  std::int64_t begin;      ///< -1: a pause.
};

Edit edit_at(std::string_view list, std::size_t at, bool large) {
  if (large) return {boxes::read_u64(list, at), static_cast<std::int64_t>(boxes::read_u64(list, at + 8))};
  return {boxes::read_u32(list, at), static_cast<std::int32_t>(boxes::read_u32(list, at + 4))};
}

}  // namespace

std::optional<std::vector<Shown>> read_edit_list(std::string_view boxes) {
  const std::string_view moov = content(boxes, boxes::find(boxes, {"moov"}));
  const std::string_view track = video_track(moov);
  const std::string_view list = content(track, boxes::find(track, {"edts", "elst"}));
  const std::uint32_t movie = timescale(content(moov, boxes::find(moov, {"mvhd"})));
  const std::uint32_t media = timescale(content(track, boxes::find(track, {"mdia", "mdhd"})));
  if (list.size() < 8 || movie == 0 || media == 0) return std::nullopt;
  const bool large = list[0] == 1;
  const std::size_t length = large ? 20 : 12;
  const std::size_t count =
      std::min({(list.size() - 8) / length, std::size_t{boxes::read_u32(list, 4)}, kMaxEdits});
  std::vector<Shown> all;
  for (std::size_t i = 0; i < count; ++i) {
    const Edit edit = edit_at(list, 8 + i * length, large);
    if (edit.begin < 0 || edit.begin > kFar) continue;
    const double ticks = static_cast<double>(edit.duration) * media / movie + 0.5;
    // Of no duration: to the end of the media.
    const bool open = edit.duration == 0 || ticks > static_cast<double>(kFar);
    all.push_back({edit.begin, edit.begin + (open ? kFar : static_cast<std::int64_t>(ticks))});
  }
  if (all.empty()) return std::nullopt;
  return all;
}

}  // namespace kinesight::video::clip
