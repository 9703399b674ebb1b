// From a fragment to its frames.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "base/frame.h"
#include "base/result.h"
#include "video/frame_source.h"
#include "video/kvs_hls/fragment.h"

namespace kinesight::video::kvs_hls {

/// Demuxes each fragment as initialization segment + fragment (or as MPEG-TS by itself) and decodes it. Every
/// fragment begins with a keyframe, so each is a world of its own: a damaged one costs itself alone, and a
/// changed initialization segment (another resolution or codec) needs no ceremony. What is known about the
/// distances of keyframes (DecodePolicy::automatic) holds from one fragment to the next.
/// Used by one thread.
class FragmentDecoder {
 public:
  static constexpr std::int64_t kMostPixels = std::int64_t{8192} * 8192;

  /// `shown` names the source in errors; `stream` and `timestamp_type` go into the frames' footage. Pictures
  /// of more than `max_pixels` are refused.
  FragmentDecoder(DecodePolicy policy, double fps_target, std::string shown, std::string stream,
                  std::string timestamp_type, std::int64_t max_pixels = kMostPixels,
                  const BitstreamGateOptions& gate = {});
  ~FragmentDecoder();
  FragmentDecoder(FragmentDecoder&&) noexcept;

  /// Begins with `fragment`; what was left of the one before is dropped. Error: corrupt (not media, no video
  /// stream, no decoder for it).
  Result<> begin(Fragment fragment);

  /// The next frame in the order of presentation, with capture_time = the fragment's begin + its offset,
  /// due_time = fetched_at + its offset, and its footage; nothing when the fragment has given all its frames.
  /// Both times grow from frame to frame, by a millisecond at least, also where fragments overlap by less
  /// than a second. A fragment that begins earlier than that is of a clock that was set back: its times are
  /// taken as they are, and grow from there. Packets that cannot be decoded are counted and passed over.
  /// Error: corrupt (not one of the frames that the policy asks for came of it, or it is cut off), after
  /// which the fragment is over.
  Result<std::optional<Frame>> next();

  /// As FrameSource::limit().
  void limit(DecodePolicy most);
  SourceCounters counters() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace kinesight::video::kvs_hls
