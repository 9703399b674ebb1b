#include "config/cameras_difference.h"

#include <algorithm>

namespace kinesight::config {
namespace {

template <class Options>
bool same(const Options& one, const Options& other) {
  return Options::table().same(&one, &other);
}

bool same_regions(const std::vector<RegionOptions>& one, const std::vector<RegionOptions>& other) {
  return std::ranges::equal(one, other, same<RegionOptions>);
}

bool same_component(const ComponentConfig& one, const ComponentConfig& other) {
  return one.type == other.type && one.options == other.options;
}

bool same_source(const std::optional<ComponentConfig>& one, const std::optional<ComponentConfig>& other) {
  if (!one || !other) return one.has_value() == other.has_value();
  return same_component(*one, *other);
}

bool same_detector(const DetectorConfig& one, const DetectorConfig& other) {
  return same_component(one, other) && same(one.common, other.common) &&
         same_regions(one.regions, other.regions);
}

const ComponentConfig* publisher_of(const CamerasFile& file, const std::string& type) {
  const auto found = std::ranges::find(file.publishers, type, &ComponentConfig::type);
  return found == file.publishers.end() ? nullptr : &*found;
}

}  // namespace

bool same_camera(const CameraConfig& one, const CameraConfig& other) {
  return one.id == other.id && same(one.options, other.options) && same_source(one.source, other.source) &&
         same_regions(one.regions, other.regions) && same(one.motion_gate, other.motion_gate) &&
         same(one.bitstream_gate, other.bitstream_gate) && same(one.overload, other.overload) &&
         std::ranges::equal(one.detectors, other.detectors, same_detector);
}

std::vector<Problem> needing_restart(const CamerasFile& before, const CamerasFile& now,
                                     const std::string& name) {
  Report report(name);
  const auto refuse = [&](int line, const std::string& key) {
    report.error(
        line, key,
        "expected what the service was started with, found another value: it cannot change while the "
        "service runs, restart the service to change it");
  };
  if (!same(before.service, now.service)) refuse(0, "state_directory");
  if (!same(before.outbox, now.outbox)) refuse(0, "outbox");
  for (const auto& publisher : now.publishers) {
    const auto* was = publisher_of(before, publisher.type);
    if (!was || !same_component(*was, publisher)) refuse(publisher.line, "publishers." + publisher.type);
  }
  for (const auto& publisher : before.publishers) {
    if (!publisher_of(now, publisher.type)) refuse(0, "publishers." + publisher.type);
  }
  return report.take();
}

}  // namespace kinesight::config
