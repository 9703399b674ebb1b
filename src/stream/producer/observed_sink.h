// How requests fare, as metrics and health have it.
#pragma once

#include <atomic>
#include <utility>
#include <vector>

#include "stream/producer/sink.h"
#include "telemetry/telemetry.h"

namespace kinesight::stream {

/// Another sink; what becomes of its requests is recorded.
class ObservedSink final : public RecordSink {
 public:
  /// `sink` outlives it.
  ObservedSink(RecordSink& sink, telemetry::Telemetry telemetry) : sink_(sink), telemetry_(telemetry) {}

  aws::CallResult<std::vector<aws::PutOutcome>> put(std::span<const aws::PutRecord> records,
                                                    std::stop_token stop) override;
  /// Requests that wait for their answer.
  int in_flight() const { return in_flight_; }

 private:
  RecordSink& sink_;
  const telemetry::Telemetry telemetry_;
  std::atomic<int> in_flight_{0}, failed_{0};  ///< The latter in a row.
};

}  // namespace kinesight::stream
