// The component kinds that a configuration may name.
#pragma once

#include <span>

#include "publish/publisher_kind.h"
#include "video/source_kind.h"
#include "vision/detector_kind.h"

namespace kinesight::infer {

/// The component kinds that a configuration may name.
struct Kinds {
  std::span<const video::SourceKind> sources;
  std::span<const vision::DetectorKind> detectors;
  std::span<const publish::PublisherKind> publishers;
};

}  // namespace kinesight::infer
