// Says why records wait.
#pragma once

#include <utility>
#include <vector>

#include "cli/produce/report.h"
#include "stream/producer/sink.h"

namespace kinesight::cli {

/// Another sink; what its requests fail with is told.
class TellingSink final : public stream::RecordSink {
 public:
  /// Both outlive it.
  TellingSink(stream::RecordSink& sink, ProduceReport& report) : sink_(sink), report_(report) {}

  aws::CallResult<std::vector<aws::PutOutcome>> put(std::span<const aws::PutRecord> records,
                                                    std::stop_token stop) override {
    auto answer = sink_.put(records, std::move(stop));
    if (!answer) report_.trouble(answer.error().error);
    return answer;
  }

 private:
  stream::RecordSink& sink_;
  ProduceReport& report_;
};

}  // namespace kinesight::cli
