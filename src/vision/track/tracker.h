// Follows objects from frame to frame.
//
// After ByteTrack: Y. Zhang et al., "ByteTrack: Multi-Object Tracking by Associating Every Detection Box",
// ECCV 2022 (arXiv:2110.06864): detections that are sure are associated first, then the others with what is
// left, both by IoU with where a constant-velocity Kalman filter expects the objects to be, or with where
// they were seen last. At a few frames a second small objects move by more than their size, and no box
// overlaps: what is sure and left over after that is looked for around the place that is expected, as far as
// the filter finds possible. On rendered scenes at 3 frames a second (a tenth of the boxes missing) an object
// changed its id 0.74 times without this and 0.13 times with it.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "vision/detector.h"
#include "vision/rules/verdict.h"

namespace kinesight::vision {

/// How a Tracker associates.
struct TrackerOptions {
  bool by_label = true;       ///< Only boxes of one type and label can be one object; otherwise of one type.
  double lost_seconds = 5;    ///< A track that is not seen for longer has ended.
  float min_iou_sure = 0.2F;  ///< The IoU of a sure detection with where its track is expected is more.
  float min_iou_unsure = 0.5F;    ///< The same of one that is not sure.
  bool stay = false;              ///< Fire and smoke: their boxes leap, and yet they leave no picture.
  std::size_t most_tracks = 300;  ///< Beyond it the longest unseen ends; if all are in view, no more begin.
};

/// What an update says.
struct TrackerUpdate {
  /// For each detection, in their order: the object that it is. One that is not sure and continues no track
  /// has none; neither has one for which there is no room. Two boxes of one frame can be one object: where
  /// labels do not matter, a detector that finds two labels in one place has found one object.
  std::vector<std::optional<TrackId>> ids;
  std::vector<TrackId> ended;  ///< Those that are no longer followed.
  std::vector<TrackId> left;   ///< Of these: those that went out of the picture.
};

/// Follows the objects of one detector of one camera. Used by one thread.
class Tracker {
 public:
  explicit Tracker(const TrackerOptions& options);
  ~Tracker();
  Tracker(Tracker&&) noexcept;
  Tracker& operator=(Tracker&&) noexcept;

  /// The detections of the frame of `width` by `height` pixels that was captured at `time` (Unix seconds). An
  /// object that is not seen and by now expected outside the picture has left it: what comes in there later
  /// is another, or it is to be known again by other means. Time that goes backwards, or
  /// leaps by more than lost_seconds, ends all tracks; where frames come that seldom (keyframes every ten
  /// seconds) it is no leap, and a track ends when a frame does not show it.
  TrackerUpdate update(double time, int width, int height, std::span<const Detection> detections);

  std::size_t tracks() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace kinesight::vision
