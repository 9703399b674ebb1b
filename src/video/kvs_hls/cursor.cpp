#include "video/kvs_hls/cursor.h"

#include <algorithm>
#include <numeric>

#include "video/kvs_hls/fragment.h"

namespace kinesight::video::kvs_hls {
namespace {

constexpr double kToleranceSeconds = 0.5;

}  // namespace

Result<std::vector<Listed>> dated(MediaPlaylist playlist, int session) {
  std::vector<Listed> listed;
  listed.reserve(playlist.fragments.size());
  for (auto& fragment : playlist.fragments) {
    if (!fragment.date_time && listed.empty()) {
      return fail(
          ErrorKind::corrupt,
          "the playlist's first fragment has no EXT-X-PROGRAM-DATE-TIME, although date-times were asked for");
    }
    const double begin = fragment.date_time ? *fragment.date_time : listed.back().end();
    listed.push_back({.fragment = std::move(fragment), .begin = begin, .session = session});
  }
  return listed;
}

bool comes_after(const Listed& a, const Listed& b) {
  if (a.session == b.session) return a.fragment.sequence > b.fragment.sequence;
  if (is_stream_wide(a.fragment.number) && is_stream_wide(b.fragment.number))
    return number_before(b.fragment.number, a.fragment.number);
  return a.begin > b.begin + b.fragment.duration / 2;
}

std::vector<Listed> after(std::vector<Listed> listed, const std::optional<Listed>& newest) {
  if (newest) std::erase_if(listed, [&](const Listed& one) { return !comes_after(one, *newest); });
  return listed;
}

int rolled_off(const Listed& before, const Listed& next) {
  if (before.session != next.session) return 0;
  return static_cast<int>(
      std::clamp<std::int64_t>(next.fragment.sequence - before.fragment.sequence - 1, 0, 1'000'000));
}

double seconds_of(const std::deque<Listed>& listed) {
  return std::accumulate(listed.begin(), listed.end(), 0.0,
                         [](double sum, const Listed& one) { return sum + one.fragment.duration; });
}

double tolerance(const Listed& before) { return std::min(kToleranceSeconds, before.fragment.duration / 2); }

}  // namespace kinesight::video::kvs_hls
