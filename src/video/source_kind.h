// A row of the registry of source kinds.
#pragma once

#include <memory>

#include "config/table.h"
#include "video/frame_source.h"

namespace kinesight::video {

/// A kind of source: its options (the table's name is the kind), and how to make one of them.
struct SourceKind {
  const config::Table& options;
  std::unique_ptr<FrameSource> (*make)(const config::Parsed& options, const SourceContext& context);
};

/// source: {type: file}
SourceKind file_source_kind();
/// source: {type: rtsp}
SourceKind rtsp_source_kind();

}  // namespace kinesight::video
