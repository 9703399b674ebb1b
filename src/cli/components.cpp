#include "cli/components.h"

#include <algorithm>

#include "vision/options_alpr.h"
#include "vision/options_fire_smoke.h"
#include "vision/options_weapon.h"

namespace kinesight::cli {
namespace {

template <class Kind>
std::vector<config::ComponentType> types(const std::vector<Kind>& kinds) {
  std::vector<config::ComponentType> types;
  for (const Kind& kind : kinds)
    types.push_back({.options = &kind.options, .available = kind.make != nullptr});
  return types;
}

std::vector<config::ComponentType> types(const std::vector<publish::PublisherKind>& kinds) {
  std::vector<config::ComponentType> types;
  for (const auto& kind : kinds) types.push_back({.options = &kind.options});
  return types;
}

}  // namespace

const video::SourceKind& Components::source(const std::string& type) const {
  return *std::ranges::find(sources, type, [](const auto& kind) { return kind.options.name(); });
}

const publish::PublisherKind& Components::publisher(const std::string& type) const {
  return *std::ranges::find(publishers, type, [](const auto& kind) { return kind.options.name(); });
}

config::Catalog Components::catalog() const {
  return {.sources = types(sources), .detectors = types(detectors), .publishers = types(publishers)};
}

Components components() {
  return {
      .sources =
          {
              video::kvs_source_kind(),
              video::file_source_kind(),
              video::rtsp_source_kind(),
          },
      .detectors =
          {
              vision::object_detector_kind(),
              {vision::WeaponOptions::table(), nullptr},
              {vision::FireSmokeOptions::table(), nullptr},
              {vision::AlprOptions::table(), nullptr},
          },
      .publishers =
          {
              publish::local_publisher_kind(),
              publish::kds_publisher_kind(),
              publish::s3_publisher_kind(),
              publish::ddb_publisher_kind(),
          },
  };
}

}  // namespace kinesight::cli
