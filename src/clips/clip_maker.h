// Makes a clip: from a stream and a range of time to a file that presents exactly that.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

#include "base/clock.h"
#include "clips/attempts.h"
#include "clips/clip_options.h"
#include "clips/clip_plan.h"
#include "clips/streams/camera_streams.h"
#include "clips/work_files.h"
#include "video/clip/jobs.h"

namespace kinesight::clips {

/// A clip on disk.
struct MadeClip {
  WorkFile file;
  video::ClipFacts facts;
  Span covered;  ///< From the first fragment's start to the last one's end.
  std::vector<Span> gaps;
  std::size_t fragments = 0;
  bool truncated = false;  ///< Kinesis Video Streams gave less than it listed, time and again.
  std::int64_t bytes = 0;
  std::string sha256;  ///< Hexadecimal.
};

/// Safe for any number of threads; all that it is given outlives it.
class ClipMaker {
 public:
  ClipMaker(CameraStreams& streams, const video::ClipTools& tools, WorkFiles& files, Clock& clock,
            const ClipOptions& options)
      : streams_(streams), tools_(tools), files_(files), clock_(clock), options_(options) {}

  /// The clip of `asked` time. Errors: not_found (no media in that time), invalid (it cannot be: too long,
  /// codec or size change within), corrupt (what came is no playable video of that length), unavailable (not
  /// all of it is there yet, the disk is full, …), throttled, denied, cancelled.
  Result<MadeClip> make(const std::string& stream, Span asked, Attempts& attempts,
                        std::stop_token stop) const;

 private:
  Result<ClipPlan> plan(const std::string& stream, Span asked, const ClipLimits& limits, Attempts& attempts,
                        std::stop_token stop) const;
  Result<std::vector<WorkFile>> fetch(const std::string& stream, const ClipPlan& plan, Attempts& attempts,
                                      std::stop_token stop) const;
  /// Nothing: a part came short, and such parts are to be left.
  Result<std::optional<MadeClip>> join(const ClipPlan& plan, std::span<const WorkFile> parts, Span asked,
                                       video::ShortParts short_parts, Attempts& attempts,
                                       std::stop_token stop) const;

  CameraStreams& streams_;
  const video::ClipTools& tools_;
  WorkFiles& files_;
  Clock& clock_;
  const ClipOptions options_;
};

}  // namespace kinesight::clips
