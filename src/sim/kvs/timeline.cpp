#include "sim/kvs/timeline.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "sim/kvs/camera_faults.h"
#include "sim/kvs/fragment_number.h"
#include "sim/kvs/loop_times.h"

namespace kinesight::sim::kvs {
namespace {

constexpr double kMillisecond = 1e-3;

/// KVS keeps times in milliseconds: what a playlist shows is what a request can name.
double to_millisecond(double seconds) { return std::round(seconds * 1000.0) / 1000.0; }

}  // namespace

struct Timeline::Impl {
  Impl(std::string name, std::vector<std::shared_ptr<const video::FragmentedVideo>> videos, double start,
       double upload_seconds, const Faults& camera_faults)
      : stream(std::move(name)),
        recordings(std::move(videos)),
        times(start, recordings.empty() ? video::FragmentedVideo{} : *recordings.front()),
        upload(upload_seconds),
        faults(camera_faults) {
    for (const auto& video : recordings) sizes.push_back(fmt::format("{}x{}", video->width, video->height));
  }

  CameraFaults overlay() const { return CameraFaults(faults, stream, times, sizes); }

  double available_time(std::int64_t index) const { return times.end(index) + upload; }

  /// How many fragments, sent or not, are whole at `now`.
  std::int64_t whole_at(double now) const {
    if (times.empty()) return 0;
    std::int64_t count = times.first_from(now - upload);
    while (count > 0 && available_time(count - 1) > now) --count;
    return count;
  }

  const video::MediaFragment& media(int rendition, std::int64_t index) const {
    const auto& fragments = recordings[static_cast<std::size_t>(rendition)]->fragments;
    return fragments[times.within(index) % fragments.size()];
  }

  FragmentInfo describe(std::int64_t index, const CameraFaults& overlay) const;
  struct Query {
    double from, to;
    bool by_server_time;
    double kept_since;
    std::size_t limit;
  };
  void add_range(const CameraFaults::Skew& span, const Query& query, std::int64_t whole,
                 const CameraFaults& overlay, std::vector<FragmentInfo>& found) const;

  const std::string stream;
  const std::vector<std::shared_ptr<const video::FragmentedVideo>> recordings;
  const LoopTimes times;
  const double upload;
  const Faults& faults;
  std::vector<std::string> sizes;
};

FragmentInfo Timeline::Impl::describe(std::int64_t index, const CameraFaults& overlay) const {
  const double begin = times.begin(index);
  FragmentInfo info;
  info.number = fragment_number(stream, index, begin + upload);
  info.producer_time = to_millisecond(begin + overlay.skew(begin));
  info.server_time = to_millisecond(begin + upload);
  info.available_time = available_time(index);
  info.duration = times.duration(index);
  info.index = index;
  info.ordinal = overlay.sent_before(index);
  info.rendition = overlay.rendition(begin);
  info.discontinuity =
      index > 0 && (!overlay.sent(index - 1) || overlay.rendition(times.begin(index - 1)) != info.rendition);
  info.bytes = media(info.rendition, index).media.size();
  return info;
}

/// Adds those of one span of constant skew. The rounding to milliseconds may move a fragment over the range's
/// edge, so candidates are taken a little wider and judged by the times they show.
void Timeline::Impl::add_range(const CameraFaults::Skew& span, const Query& query, std::int64_t whole,
                               const CameraFaults& overlay, std::vector<FragmentInfo>& found) const {
  const double offset = query.by_server_time ? upload : span.seconds;
  const double last = std::min(span.end, query.to - offset + kMillisecond);
  const double first =
      std::max({span.begin, query.from - offset - kMillisecond, query.kept_since - upload - kMillisecond});
  std::size_t taken = 0;
  for (std::int64_t index = overlay.next_sent(times.first_from(first)); index < whole && taken < query.limit;
       index = overlay.next_sent(index + 1)) {
    const double begin = times.begin(index);
    if (begin > last || begin >= span.end) break;
    FragmentInfo info = describe(index, overlay);
    const double time = query.by_server_time ? info.server_time : info.producer_time;
    if (time < query.from || time > query.to || info.server_time < query.kept_since) continue;
    found.push_back(std::move(info));
    ++taken;
  }
}

Timeline::Timeline(std::string stream, std::vector<std::shared_ptr<const video::FragmentedVideo>> recordings,
                   double start, double upload_seconds, const Faults& faults)
    : impl_(std::make_shared<Impl>(std::move(stream), std::move(recordings), start, upload_seconds, faults)) {
}

std::vector<FragmentInfo> Timeline::range(double from, double to, bool by_server_time, double now,
                                          double kept_since, std::size_t limit) const {
  std::vector<FragmentInfo> found;
  const std::int64_t whole = impl_->whole_at(now);
  if (whole == 0 || from > to) return found;
  const CameraFaults overlay = impl_->overlay();
  const Impl::Query query{from, to, by_server_time, kept_since, limit};
  if (by_server_time) {
    constexpr double kForever = std::numeric_limits<double>::infinity();
    impl_->add_range({-kForever, kForever, 0}, query, whole, overlay, found);
    return found;
  }
  for (const CameraFaults::Skew& span : overlay.skews()) impl_->add_range(span, query, whole, overlay, found);
  // A clock that was set back gives the same times again: what came first stands first.
  std::ranges::stable_sort(found, {}, &FragmentInfo::producer_time);
  if (found.size() > limit) found.resize(limit);
  return found;
}

std::vector<FragmentInfo> Timeline::newest(std::size_t count, double now) const {
  std::vector<FragmentInfo> found;
  const std::int64_t whole = impl_->whole_at(now);
  if (whole == 0) return found;
  const CameraFaults overlay = impl_->overlay();
  for (std::int64_t index = overlay.last_sent(whole - 1); index >= 0 && found.size() < count;
       index = overlay.last_sent(index - 1))
    found.push_back(impl_->describe(index, overlay));
  std::ranges::reverse(found);
  return found;
}

std::vector<FragmentInfo> Timeline::following(std::int64_t index, std::size_t count, double now) const {
  std::vector<FragmentInfo> found;
  const std::int64_t whole = impl_->whole_at(now);
  if (whole == 0) return found;
  const CameraFaults overlay = impl_->overlay();
  for (std::int64_t next = overlay.next_sent(index + 1); next < whole && found.size() < count;
       next = overlay.next_sent(next + 1))
    found.push_back(impl_->describe(next, overlay));
  return found;
}

std::optional<FragmentInfo> Timeline::find(const std::string& number, double now) const {
  const std::optional<double> time = server_time_in(number);
  const std::int64_t whole = impl_->whole_at(now);
  if (!time || *time > now || whole == 0) return std::nullopt;
  constexpr double kRounding = 1e-5;
  const std::int64_t first = impl_->times.first_from(*time - impl_->upload - kRounding);
  const CameraFaults overlay = impl_->overlay();
  for (std::int64_t index = first; index < whole; ++index) {
    if (impl_->times.begin(index) > *time - impl_->upload + kRounding) break;
    if (!overlay.sent(index)) continue;
    FragmentInfo info = impl_->describe(index, overlay);
    if (info.number == number) return info;
  }
  return std::nullopt;
}

double Timeline::longest() const { return impl_->times.longest(); }

int Timeline::renditions() const { return static_cast<int>(impl_->recordings.size()); }

const std::string& Timeline::init(int rendition) const { return recording(rendition).init; }

const video::FragmentedVideo& Timeline::recording(int rendition) const {
  return *impl_->recordings.at(static_cast<std::size_t>(rendition));
}

std::string Timeline::media(const FragmentInfo& fragment) const {
  return video::with_time(recording(fragment.rendition), impl_->media(fragment.rendition, fragment.index),
                          impl_->times.begin(fragment.index) - impl_->times.start(),
                          static_cast<std::uint32_t>(fragment.index + 1));
}

}  // namespace kinesight::sim::kvs
