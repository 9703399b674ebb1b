// The registry of components: a new source, detector, publisher or object store is one row here.
#pragma once

#include <string>
#include <vector>

#include "config/cameras_file.h"
#include "publish/publisher_kind.h"
#include "storage/store_kind.h"
#include "video/source_kind.h"
#include "vision/detector_kind.h"

namespace kinesight::cli {

/// The component types that there are.
struct Components {
  std::vector<video::SourceKind> sources;
  std::vector<vision::DetectorKind> detectors;
  std::vector<publish::PublisherKind> publishers;
  std::vector<storage::StoreKind> stores;

  /// The row of a source that a configuration named.
  const video::SourceKind& source(const std::string& type) const;
  /// The row of a publisher that a configuration named.
  const publish::PublisherKind& publisher(const std::string& type) const;
  /// The row of an object store that a configuration named.
  const storage::StoreKind& store(const std::string& type) const;
  /// What a configuration file may name.
  config::Catalog catalog() const;
  /// The object stores that a clips.yaml may name.
  std::vector<config::ComponentType> store_types() const;
};

/// The product's own.
Components components();

}  // namespace kinesight::cli
