#include "video/kvs_hls/report.h"

#include "telemetry/happenings.h"

namespace kinesight::video::kvs_hls {

Report::Report(const SourceContext& context)
    : camera_id_(context.camera_id), telemetry_(context.telemetry), on_gap_(context.on_gap) {
  emit(telemetry::KvsSourceStarted{camera_id_});
}

void Report::state(ConnectionState state) {
  if (state_.exchange(state) == state) return;
  emit(telemetry::KvsStateChanged{camera_id_, static_cast<int>(state), to_string(state)});
}

void Report::fault(const Failure& failure) {
  ++errors_in_a_row_;
  {
    std::lock_guard lock(mutex_);
    ++metrics_.read_errors;
  }
  emit(telemetry::KvsFault{camera_id_, failure.fault, failure.error.message});
}

void Report::note(const std::string& fault, const std::string& what) {
  emit(telemetry::KvsFault{.camera_id = camera_id_, .fault = fault, .what = what, .read_error = false});
}

void Report::reconnecting() {
  {
    std::lock_guard lock(mutex_);
    ++metrics_.reconnects;
  }
  emit(telemetry::KvsReconnecting{camera_id_});
}

void Report::refreshed(const std::string& reason) {
  {
    std::lock_guard lock(mutex_);
    ++metrics_.url_refreshes;
  }
  emit(telemetry::KvsUrlRefreshed{camera_id_, reason});
}

void Report::fragments(const std::string& result, int count) {
  emit(telemetry::KvsFragments{camera_id_, result, count});
}

void Report::gap(const Gap& gap) {
  if (on_gap_) on_gap_(gap);
}

void Report::frame(double capture_time) {
  errors_in_a_row_ = 0;
  {
    std::lock_guard lock(mutex_);
    ++metrics_.frames;
    metrics_.last_frame_time = capture_time;
  }
  state(ConnectionState::connected);
  emit(telemetry::KvsFrameRead{camera_id_, capture_time});
}

KvsHlsMetrics Report::metrics() const {
  std::lock_guard lock(mutex_);
  return metrics_;
}

}  // namespace kinesight::video::kvs_hls
