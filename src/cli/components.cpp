#include "cli/components.h"

#include <algorithm>

namespace kinesight::cli {
namespace {

template <class Kind>
std::vector<config::ComponentType> types(const std::vector<Kind>& kinds) {
  std::vector<config::ComponentType> types;
  for (const Kind& kind : kinds) types.push_back({&kind.options});
  return types;
}

}  // namespace

const video::SourceKind& Components::source(const std::string& type) const {
  return *std::ranges::find(sources, type, [](const auto& kind) { return kind.options.name(); });
}

const publish::PublisherKind& Components::publisher(const std::string& type) const {
  return *std::ranges::find(publishers, type, [](const auto& kind) { return kind.options.name(); });
}

const storage::StoreKind& Components::store(const std::string& type) const {
  return *std::ranges::find(stores, type, [](const auto& kind) { return kind.options.name(); });
}

config::Catalog Components::catalog() const {
  return {.sources = types(sources), .detectors = types(detectors), .publishers = types(publishers)};
}

std::vector<config::ComponentType> Components::store_types() const { return types(stores); }

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
              vision::weapon_detector_kind(),
              vision::fire_smoke_detector_kind(),
              vision::alpr_detector_kind(),
          },
      .publishers =
          {
              publish::local_publisher_kind(),
              publish::kds_publisher_kind(),
              publish::s3_publisher_kind(),
              publish::ddb_publisher_kind(),
              publish::webhook_publisher_kind(),
              publish::mqtt_publisher_kind(),
          },
      .stores =
          {
              storage::s3_store_kind(),
              storage::azure_blob_store_kind(),
              storage::directory_store_kind(),
          },
  };
}

}  // namespace kinesight::cli
