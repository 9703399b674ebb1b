// Which packets of a video are decoded.
#pragma once

#include "video/frame_source.h"

namespace kinesight::video {

/// What is to be done with a packet.
enum class Choice {
  skip,    ///< It never reaches the decoder.
  decode,  ///< It is one of a run: the decoder may hold its frame back until later packets have come.
  alone,   ///< A keyframe of which the frame is wanted at once, whatever comes after it.
};

/// Carries out a DecodePolicy, packet by packet.
///
/// DecodePolicy::automatic watches the distances between keyframes, on the stream's own clock. Three in a row
/// of at most 1.1 / fps_target: from then on keyframes alone are decoded (the margin takes 29.97 fps and
/// jitter). One of more than 1.3 / fps_target: from the next keyframe on everything is decoded. Between the
/// two things stay as they are.
class DecodeChooser {
 public:
  /// `fps_target` in frames a second of the stream's time.
  DecodeChooser(DecodePolicy policy, double fps_target);

  /// What to do with the next packet, in decoding order. `time` in seconds from any origin.
  /// Nothing is decoded before the first keyframe.
  Choice choose(bool keyframe, double time);

  /// A keyframe chosen `alone` gave no whole picture by itself (streams with gradual refresh mark such ones):
  /// automatic, limited or not, decodes everything from the next keyframe on, for good; so does a limit.
  void alone_failed();

  /// The stream begins anew (`time` has another origin); what is known about its keyframes holds.
  void restart();
  /// The decoder begins anew at the next keyframe, and time goes on.
  void resume();

  /// Limits what is decoded, from the next keyframe on: `keyframes` to keyframes alone, where they stand
  /// alone and come every 5 s at least: the camera is to be watched still. Every other word lifts the limit.
  void limit(DecodePolicy most);

  /// Whether it is for a limit alone that nothing is decoded at `time`, and the next keyframe is to be
  /// expected.
  bool waits_for_keyframe(double time) const;

  /// Whether automatic has seen enough to know; at once for the other policies.
  bool settled() const;

 private:
  void observe(bool keyframe, double time);
  bool wants_alone() const;

  const DecodePolicy policy_;
  const double frequent_seconds_;  ///< Keyframes at this distance are enough.
  const double rare_seconds_;      ///< At this one they are not.
  bool started_ = false;           ///< A keyframe has been seen: the decoder has something to build on.
  bool timed_ = false;             ///< last_keyframe_ is on the present time axis.
  bool alone_ = false;             ///< Keyframes alone are decoded since the last one.
  bool limited_ = false;           ///< Someone wants no more than that.
  bool often_enough_ = false;      ///< Automatic wants no more than that.
  bool rare_ = false;              ///< The last distance was too long.
  bool can_be_alone_ = true;
  int frequent_run_ = 0;  ///< Short distances since the last long one.
  int seeing_run_ = 0;    ///< Below 0 after a distance of more than 5 s, until three in a row were shorter.
  double last_keyframe_ = 0;
};

}  // namespace kinesight::video
