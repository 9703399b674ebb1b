// The registry of components: a new source, detector or publisher is one row here.
#pragma once

#include <string>
#include <vector>

#include "config/cameras_file.h"
#include "publish/publisher_kind.h"
#include "video/source_kind.h"
#include "vision/detector_kind.h"

namespace kinesight::cli {

/// The component types that there are. A source or detector whose `make` is null is known to configuration
/// and not in this version.
struct Components {
  std::vector<video::SourceKind> sources;
  std::vector<vision::DetectorKind> detectors;
  std::vector<publish::PublisherKind> publishers;

  /// The row of a source that a configuration named.
  const video::SourceKind& source(const std::string& type) const;
  /// The row of a publisher that a configuration named.
  const publish::PublisherKind& publisher(const std::string& type) const;
  /// What a configuration file may name.
  config::Catalog catalog() const;
};

/// The product's own.
Components components();

}  // namespace kinesight::cli
