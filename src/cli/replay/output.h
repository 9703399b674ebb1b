// The files that a replay writes.
#pragma once

#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include "event/envelope.h"
#include "infer/replay/annotated_video.h"
#include "infer/replay/near_misses.h"

namespace kinesight::cli {

/// events.ndjson, near_misses.ndjson and a video a recording, in one folder; nothing where there is no
/// folder.
class ReplayOutput {
 public:
  /// Makes `folder` (empty: none) and begins the files for `videos`. Errors: unavailable (it cannot be made
  /// or written).
  static Result<ReplayOutput> create(const std::filesystem::path& folder,
                                     const std::vector<std::string>& videos, double fps, bool explain);

  /// A frame of the video `recording` that was processed, with what counts in it.
  Result<> frame(std::size_t recording, const Frame& frame, const std::vector<vision::Detection>& visible);
  /// An event, as it would have been published.
  Result<> event(const event::Envelope& event);
  /// Something that raised none.
  Result<> near_miss(const infer::NearMiss& miss);
  /// Ends all files. Errors: unavailable (the disk).
  Result<> finish();

  /// What was written so far.
  const std::vector<std::string>& files() const { return files_; }

 private:
  Result<> finish_video();

  std::filesystem::path folder_;
  std::vector<std::string> names_;  ///< Of the annotated videos, by recording.
  double fps_ = 0;
  std::ofstream events_, misses_;
  std::unique_ptr<infer::AnnotatedVideo> video_;
  std::size_t recording_ = 0;  ///< Whose video that is.
  std::vector<std::string> files_;
};

}  // namespace kinesight::cli
