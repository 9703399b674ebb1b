// A row of the registry of source kinds.
#pragma once

#include <memory>
#include <vector>

#include "aws/permission.h"
#include "config/table.h"
#include "video/frame_source.h"

namespace kinesight::video {

/// A kind of source: its options (the table's name is the kind), and how to make one of them.
struct SourceKind {
  const config::Table& options;
  std::unique_ptr<FrameSource> (*make)(const config::Parsed& options, const SourceContext& context);
  /// What was recorded in [begin, end) (capture time, Unix seconds), as fast as it is read; null for kinds
  /// that keep no recordings.
  std::unique_ptr<FrameSource> (*make_replay)(const config::Parsed& options, const SourceContext& context,
                                              double begin, double end) = nullptr;
  /// What it calls in AWS; null for kinds that call nothing there.
  std::vector<aws::Permission> (*permissions)(const config::Parsed& options) = nullptr;
};

/// kvs: {…}
SourceKind kvs_source_kind();

/// source: {type: file}
SourceKind file_source_kind();
/// source: {type: rtsp}
SourceKind rtsp_source_kind();

}  // namespace kinesight::video
