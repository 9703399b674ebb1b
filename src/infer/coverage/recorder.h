// What one camera's thread says of what it watches, until the keeper writes it down.
#pragma once

#include <cstdint>
#include <mutex>
#include <string>

#include "base/clock.h"
#include "base/frame.h"
#include "infer/coverage/span_builder.h"

namespace kinesight::infer {

/// How a camera stands, as the store has it.
enum class Watching {
  yes,      ///< Frames come, or are about to.
  offline,  ///< Something failed and no frame has come since.
  ended,    ///< Its source has ended by itself.
  stopped,  ///< The service does not run.
};

/// Of one camera. No call does any I/O; the camera's thread and the keeper's may call at once.
class CoverageRecorder {
 public:
  CoverageRecorder(std::string camera_id, double fps_target, Clock& clock)
      : camera_id_(std::move(camera_id)), clock_(clock), started_ms_(clock.wall_ms()), builder_(fps_target) {}

  const std::string& camera_id() const { return camera_id_; }

  /// A frame of a live source came.
  void frame(const Frame& frame, FrameFate fate);
  /// The source did not hand out what lies there.
  void gap(const video::Gap& gap);
  /// A part of the camera failed.
  void failed();
  /// The source has ended by itself.
  void ended();

  /// What the keeper has not seen yet.
  struct News {
    Spans spans;
    Watching watching = Watching::yes;
    std::int64_t open_ms = 0;  ///< What comes after this is not decided yet.
    bool alive = false;        ///< There was a sign of life: a frame, or a failure of what should give them.
    std::int64_t dropped = 0;  ///< Spans that there was no room to keep.
  };
  News take();
  /// The last news: nobody watches from now on.
  News finish();

 private:
  const std::string camera_id_;
  Clock& clock_;
  const std::int64_t started_ms_;
  std::mutex mutex_;
  SpanBuilder builder_;
  bool ended_ = false;
};

}  // namespace kinesight::infer
