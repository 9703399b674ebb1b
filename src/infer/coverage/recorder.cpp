#include "infer/coverage/recorder.h"

namespace kinesight::infer {

void CoverageRecorder::frame(const Frame& frame, FrameFate fate) {
  std::lock_guard lock(mutex_);
  ended_ = false;
  builder_.frame(frame.ts_ms(), fate, frame.after_still);
}

void CoverageRecorder::gap(const video::Gap& gap) {
  std::lock_guard lock(mutex_);
  builder_.gap(gap);
}

void CoverageRecorder::failed() {
  std::lock_guard lock(mutex_);
  builder_.fail(clock_.wall_ms());
}

void CoverageRecorder::ended() {
  std::lock_guard lock(mutex_);
  ended_ = true;
}

CoverageRecorder::News CoverageRecorder::take() {
  std::lock_guard lock(mutex_);
  const auto watching = ended_ ? Watching::ended : builder_.failing() ? Watching::offline : Watching::yes;
  return {.spans = builder_.take(),
          .watching = watching,
          .open_ms = builder_.reached().value_or(started_ms_),
          .alive = builder_.reached().has_value(),
          .dropped = builder_.dropped()};
}

CoverageRecorder::News CoverageRecorder::finish() {
  {
    std::lock_guard lock(mutex_);
    builder_.close(clock_.wall_ms());
  }
  auto news = take();
  news.watching = Watching::stopped;
  return news;
}

}  // namespace kinesight::infer
