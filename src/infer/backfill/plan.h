// How to watch later what a camera missed.
#pragma once

#include <functional>
#include <memory>

#include "infer/camera_worker.h"
#include "infer/frame_reporter.h"
#include "video/frame_source.h"

namespace kinesight::infer {

/// What a camera's backfill is, and how to make its parts.
struct BackfillPlan {
  using OnGap = std::function<void(const video::Gap&)>;

  EventRoute route;
  double fps_target = 5;
  double max_load = 0.7;            ///< Share of the machine's processors from which on it waits.
  double max_age_seconds = 86'400;  ///< What was missed longer ago is left alone.
  /// What was recorded in [begin, end), Unix seconds of capture time. What it does not hand out it declares.
  std::function<std::unique_ptr<video::FrameSource>(double begin, double end, OnGap on_gap)> make_replay;
  std::function<Result<DetectorPipeline>()> make_pipeline;
};

}  // namespace kinesight::infer
