// What happens in a consumer, as telemetry/happenings.h has it: each writes its log line and moves its
// metric.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "aws/error.h"
#include "stream/consumer/batch.h"
#include "telemetry/happenings.h"

namespace kinesight::stream {

using telemetry::Where;

/// A shard answers; said for each answer.
struct ShardAnswered {
  std::string shard;
  void record(const telemetry::Telemetry&, Where) const;
};

/// A shard is read from now on.
struct ShardOpened {
  std::string shard;
  std::string from;  ///< As to_text(Position) has it.
  void record(const telemetry::Telemetry&, Where) const;
};

/// A shard was read to its end; these follow it.
struct ShardClosed {
  std::string shard;
  std::span<const std::string> children;
  void record(const telemetry::Telemetry&, Where) const;
};

/// A call failed, and is made again. When several have in a row, the shard is not healthy.
struct ShardReadFailed {
  std::string shard;  ///< Empty: of the stream.
  std::string_view call;
  const aws::CallError& error;
  int in_a_row = 1;
  double next_try_seconds = 0;
  void record(const telemetry::Telemetry&, Where) const;
};

/// A reader gave up; its shard is read again later when it is still there.
struct ShardGivenUp {
  std::string shard;
  Error error;
  void record(const telemetry::Telemetry&, Where) const;
};

/// A shard was deleted by retention before it had been read to its end: what was left in it is lost.
struct ShardTrimmed {
  std::string shard;
  void record(const telemetry::Telemetry&, Where) const;
};

/// Records of a shard that is still there were deleted by retention before they had been read.
struct RecordsTrimmed {
  std::string shard;
  void record(const telemetry::Telemetry&, Where) const;
};

/// Records, and all that came of them, are durable.
struct BatchKept {
  const Batch& batch;
  std::size_t results = 0;
  std::int64_t now_ms = 0;
  void record(const telemetry::Telemetry&, Where) const;
};

/// Where the consumer stands.
struct ConsumerStands {
  std::size_t shards = 0;  ///< That are being read.
  std::size_t open_keys = 0;
  std::size_t max_open_keys = 0;
  std::int64_t behind_ms = 0;
  std::optional<std::int64_t> watermark_ms{};
  void record(const telemetry::Telemetry&, Where) const;
};

/// A consumer has ended, for whatever reason.
struct ConsumerEnded {
  RecordCounts counts;
  void record(const telemetry::Telemetry&, Where) const;
};

/// The consumer could not go on, and begins again from what was kept.
struct ConsumerRestarts {
  Error error;
  double pause_seconds = 0;
  void record(const telemetry::Telemetry&, Where) const;
};

}  // namespace kinesight::stream
