// Records as lines, for pipes.
#pragma once

#include <mutex>
#include <ostream>
#include <utility>
#include <vector>

#include "stream/producer/sink.h"

namespace kinesight::cli {

/// Writes each record's data as a line.
class LineSink final : public stream::RecordSink {
 public:
  /// `out` outlives it.
  explicit LineSink(std::ostream& out) : out_(out) {}

  aws::CallResult<std::vector<aws::PutOutcome>> put(std::span<const aws::PutRecord> records,
                                                    std::stop_token) override {
    const std::lock_guard lock(mutex_);
    for (const auto& record : records) out_ << record.data << '\n';
    if (out_.flush()) return std::vector<aws::PutOutcome>(records.size());
    aws::CallError failed;
    // Not `unavailable`: who read has gone, and does not come back.
    failed.error = {ErrorKind::corrupt, "standard output: expected somebody to read it, found it closed"};
    return std::unexpected(std::move(failed));
  }

 private:
  std::mutex mutex_;
  std::ostream& out_;
};

}  // namespace kinesight::cli
