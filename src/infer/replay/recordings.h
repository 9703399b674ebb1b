// Recordings, one after the other, as if one camera had taken them.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <vector>

#include "base/clock.h"
#include "video/frame_source.h"

namespace kinesight::infer {

/// Makes the source that reads a video file as fast as it can, dated by `clock` as a recording that has just
/// ended.
using MakeRecording = std::function<Result<std::unique_ptr<video::FrameSource>>(
    const std::filesystem::path& file, Clock& clock)>;

/// Hands out the frames of several videos in the order in which they are named. They follow one another
/// without a gap: the last ends now, or the first begins when it is said to. Used by one thread.
class Recordings {
 public:
  /// `begin`: Unix seconds; nothing for recordings that have just ended (docs/adr/0004).
  Recordings(std::vector<std::filesystem::path> files, MakeRecording make, std::optional<double> begin,
             Clock& clock);
  ~Recordings();

  /// Looks at the length of every video. Errors: those of the sources, which name the file.
  Result<> open(std::stop_token stop);

  /// The next frame; nothing after the last. Errors: those of the sources.
  Result<std::optional<Frame>> read(std::stop_token stop);

  /// Which video the last frame came from: an index of the files.
  std::size_t at() const { return at_; }
  /// When the first begins and the last ends: Unix seconds.
  double begins() const { return begins_; }
  double ends() const { return begins_ + length_; }
  /// Of all that was read so far.
  video::SourceCounters counters() const;

 private:
  class StillClock;

  Result<> next_source(std::stop_token stop);

  const std::vector<std::filesystem::path> files_;
  const MakeRecording make_;
  const std::optional<double> begin_;
  const std::unique_ptr<StillClock> clock_;
  std::vector<double> lengths_;  ///< Seconds, by video.
  double begins_ = 0, length_ = 0;
  std::unique_ptr<video::FrameSource> source_;
  std::size_t at_ = 0;
  double shift_ = 0;  ///< From the source's capture time to ours.
  std::optional<double> last_;
  video::SourceCounters before_;  ///< Of the videos that are done with.
};

}  // namespace kinesight::infer
