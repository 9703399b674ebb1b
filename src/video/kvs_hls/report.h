// What a source tells the outside: metrics, log, gaps. Private to kvs_hls/.
#pragma once

#include <atomic>
#include <mutex>
#include <string>

#include "video/kvs_hls/failure.h"
#include "video/kvs_hls/source.h"

namespace kinesight::video::kvs_hls {

/// Keeps the source's own figures, and passes each happening on. Written by the reader's thread, read by any.
class Report {
 public:
  explicit Report(const SourceContext& context);

  void state(ConnectionState state);
  /// Something went wrong; counts towards max_consecutive_errors.
  void fault(const Failure& failure);
  /// Something that is no error of reading, but worth a count: "discontinuity", "init_changed", …
  void note(const std::string& fault, const std::string& what);
  void reconnecting();
  void refreshed(const std::string& reason);
  void fragments(const std::string& result, int count = 1);
  void gap(const Gap& gap);
  void frame(double capture_time);

  ConnectionState state() const { return state_; }
  KvsHlsMetrics metrics() const;
  /// Faults since the last frame.
  int errors_in_a_row() const { return errors_in_a_row_; }
  void forgive() { errors_in_a_row_ = 0; }

 private:
  template <class Happening>
  void emit(const Happening& happening) const {
    if (telemetry_) telemetry_->emit(happening);
  }

  const std::string camera_id_;
  const telemetry::Telemetry* const telemetry_;
  const std::function<void(const Gap&)> on_gap_;
  std::atomic<ConnectionState> state_ = ConnectionState::disconnected;
  std::atomic<int> errors_in_a_row_ = 0;
  mutable std::mutex mutex_;
  KvsHlsMetrics metrics_;
};

}  // namespace kinesight::video::kvs_hls
