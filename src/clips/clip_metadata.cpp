#include "clips/clip_metadata.h"

#include <fmt/format.h>

#include <charconv>
#include <cmath>
#include <string_view>

namespace kinesight::clips {
namespace {

using Metadata = std::map<std::string, std::string>;

constexpr std::size_t kGapsBytes = 1000;

std::int64_t ms(double seconds) { return std::llround(seconds * 1000); }

/// "1772116210500-1772116212000,…": milliseconds.
std::string gaps_text(const std::vector<Span>& gaps) {
  std::string text;
  for (std::size_t i = 0; i < gaps.size(); ++i) {
    const bool last_place = text.size() + 60 > kGapsBytes;
    const auto end = last_place ? gaps.back().end : gaps[i].end;
    text += fmt::format("{}{}-{}", i == 0 ? "" : ",", ms(gaps[i].begin), ms(end));
    if (last_place) break;
  }
  return text.empty() ? "none" : text;  // Values must not be empty.
}

/// Reads values; once one is missing or wrong, none is good.
class Reader {
 public:
  explicit Reader(const Metadata& metadata) : metadata_(metadata) {}

  std::string text(const std::string& name) {
    const auto found = metadata_.find(name);
    if (found == metadata_.end()) good_ = false;
    return found == metadata_.end() ? std::string() : found->second;
  }
  std::int64_t number(const std::string& name) { return parsed(text(name)); }
  double seconds(const std::string& name) { return static_cast<double>(number(name)) / 1000; }
  std::vector<Span> gaps(const std::string& name) {
    std::vector<Span> gaps;
    const std::string all = text(name);
    if (all == "none") return gaps;
    for (std::size_t at = 0; good_ && at <= all.size();) {
      const auto end = std::min(all.find(',', at), all.size());
      const std::string_view one = std::string_view(all).substr(at, end - at);
      const auto dash = std::min(one.find('-'), one.size());
      if (dash == one.size()) good_ = false;
      gaps.push_back({static_cast<double>(parsed(one.substr(0, dash))) / 1000,
                      static_cast<double>(parsed(one.substr(std::min(dash + 1, one.size())))) / 1000});
      at = end + 1;
    }
    return gaps;
  }
  bool good() const { return good_; }

 private:
  std::int64_t parsed(std::string_view digits) {
    std::int64_t value = 0;
    const auto [end, code] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    if (code != std::errc{} || end != digits.data() + digits.size()) good_ = false;
    return value;
  }

  const Metadata& metadata_;
  bool good_ = true;
};

}  // namespace

Metadata clip_metadata(const Task& task, const StoredClip& clip) {
  Metadata metadata = {{"process_id", std::to_string(task.process_id)},
                       {"stream", task.stream()},
                       {"asked_start_ms", std::to_string(task.start_ms)},
                       {"asked_end_ms", std::to_string(task.end_ms)},
                       {"actual_start_ms", std::to_string(ms(clip.covered.begin))},
                       {"actual_end_ms", std::to_string(ms(clip.covered.end))},
                       {"first_frame_ms", std::to_string(ms(clip.first_frame_time))},
                       {"duration_ms", std::to_string(ms(clip.duration))},
                       {"frames", std::to_string(clip.frames)},
                       {"fragments", std::to_string(clip.fragments)},
                       {"gaps", gaps_text(clip.gaps)},
                       {"truncated", clip.truncated ? "1" : "0"},
                       {"sha256", clip.sha256}};
  if (!clip.thumbnail_key.empty()) metadata["thumbnail_key"] = clip.thumbnail_key;
  return metadata;
}

std::optional<StoredClip> clip_of(const storage::ObjectStatus& object, const Task& task) {
  Reader read(object.metadata);
  const bool same = read.text("stream") == task.stream() && read.number("asked_start_ms") == task.start_ms &&
                    read.number("asked_end_ms") == task.end_ms;
  if (!same) return std::nullopt;
  StoredClip clip;
  clip.bytes = object.bytes;
  clip.covered = {read.seconds("actual_start_ms"), read.seconds("actual_end_ms")};
  clip.first_frame_time = read.seconds("first_frame_ms");
  clip.duration = read.seconds("duration_ms");
  clip.frames = read.number("frames");
  clip.fragments = static_cast<std::size_t>(read.number("fragments"));
  clip.gaps = read.gaps("gaps");
  clip.truncated = read.number("truncated") != 0;
  clip.sha256 = read.text("sha256");
  if (!read.good()) return std::nullopt;
  if (const auto key = object.metadata.find("thumbnail_key"); key != object.metadata.end()) {
    clip.thumbnail_key = key->second;
  }
  return clip;
}

}  // namespace kinesight::clips
