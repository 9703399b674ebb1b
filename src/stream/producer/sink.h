// Where a producer's records go.
#pragma once

#include <span>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

#include "aws/services/kinesis.h"

namespace kinesight::stream {

/// Takes records, each by itself. Safe for any number of threads.
class RecordSink {
 public:
  virtual ~RecordSink() = default;
  /// One try. An outcome for each record, in their order; see aws::Kinesis::put_records().
  virtual aws::CallResult<std::vector<aws::PutOutcome>> put(std::span<const aws::PutRecord> records,
                                                            std::stop_token stop) = 0;
};

/// A Kinesis data stream.
class KinesisSink final : public RecordSink {
 public:
  KinesisSink(std::string stream, aws::Kinesis kinesis)
      : stream_(std::move(stream)), kinesis_(std::move(kinesis)) {}

  aws::CallResult<std::vector<aws::PutOutcome>> put(std::span<const aws::PutRecord> records,
                                                    std::stop_token stop) override {
    return kinesis_.put_records(stream_, records, std::move(stop));
  }

 private:
  const std::string stream_;
  const aws::Kinesis kinesis_;
};

}  // namespace kinesight::stream
