// Records of a key packed into one, as the Kinesis Producer Library does.
#pragma once

#include "stream/producer/sink.h"

namespace kinesight::stream {

/// Packs each request's records before they go into another sink, an aggregated record a key
/// (publish/kds/packing.h). What is said of an aggregated record is said of all records in it.
class AggregatingSink final : public RecordSink {
 public:
  /// Room that packing takes in an aggregated record, at most, for a request of 500: so much less than
  /// 1 MiB of one key's records, keys counted with each, fits into one for sure.
  static constexpr long kSlackBytes = 16L * 1024;

  /// Error: invalid (OpenSSL has no MD5, which the format asks for).
  static Result<> possible();

  /// `sink` outlives it.
  explicit AggregatingSink(RecordSink& sink) : sink_(sink) {}

  aws::CallResult<std::vector<aws::PutOutcome>> put(std::span<const aws::PutRecord> records,
                                                    std::stop_token stop) override;

 private:
  RecordSink& sink_;
};

}  // namespace kinesight::stream
