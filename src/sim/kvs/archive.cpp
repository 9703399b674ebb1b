#include "sim/kvs/archive.h"

#include <algorithm>

namespace kinesight::sim::kvs {

Archive::Archive(Stream stream, double now)
    : stream_(std::move(stream)), now_(now), kept_since_(now - 3600.0 * stream_.retention_hours) {}

std::vector<FragmentInfo> Archive::range(const TimeSelector& selector, std::size_t limit) const {
  if (!has_camera()) return {};
  return timeline().range(selector.from, selector.to, selector.by_server_time, now_, kept_since_, limit);
}

std::vector<FragmentInfo> Archive::newest(std::size_t count) const {
  if (!has_camera()) return {};
  std::vector<FragmentInfo> fragments = timeline().newest(count, now_);
  drop_expired(fragments);
  return fragments;
}

std::vector<FragmentInfo> Archive::following(std::int64_t index, std::size_t count) const {
  if (!has_camera()) return {};
  std::vector<FragmentInfo> fragments = timeline().following(index, count, now_);
  drop_expired(fragments);
  return fragments;
}

std::optional<FragmentInfo> Archive::find(const std::string& number) const {
  if (!has_camera()) return std::nullopt;
  std::optional<FragmentInfo> fragment = timeline().find(number, now_);
  if (fragment && fragment->server_time < kept_since_) return std::nullopt;
  return fragment;
}

void Archive::drop_expired(std::vector<FragmentInfo>& fragments) const {
  std::erase_if(fragments, [&](const FragmentInfo& one) { return one.server_time < kept_since_; });
}

}  // namespace kinesight::sim::kvs
