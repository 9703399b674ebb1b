// From a fragment to its frames.
#pragma once

#include <memory>
#include <optional>

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
  /// `shown` names the stream in errors.
  FragmentDecoder(DecodePolicy policy, double fps_target, std::string shown);
  ~FragmentDecoder();
  FragmentDecoder(FragmentDecoder&&) noexcept;

  /// Begins with `fragment`; what was left of the one before is dropped. Error: corrupt (not media, no video
  /// stream, no decoder for it).
  Result<> begin(Fragment fragment);

  /// The next frame in the order of presentation, with capture_time = the fragment's begin + its offset,
  /// due_time = fetched_at + its offset, and its footage; nothing when the fragment has given all its frames.
  /// Packets that cannot be decoded are counted and passed over. Error: corrupt (not one frame came of it, or
  /// it is cut off), after which the fragment is over.
  Result<std::optional<Frame>> next();

  SourceCounters counters() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace kinesight::video::kvs_hls
