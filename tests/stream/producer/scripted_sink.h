// A sink that answers as a test tells it, and remembers what it took.
#pragma once

#include <deque>
#include <functional>
#include <mutex>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "stream/producer/sink.h"

namespace kinesight::stream {

/// Takes everything, unless `answer` says otherwise. Safe for any number of threads.
class ScriptedSink final : public RecordSink {
 public:
  using Answer = aws::CallResult<std::vector<aws::PutOutcome>>;
  using Records = std::vector<std::pair<std::string, std::string>>;  ///< Key and data.

  aws::CallResult<std::vector<aws::PutOutcome>> put(std::span<const aws::PutRecord> records,
                                                    std::stop_token) override {
    const std::lock_guard lock(mutex_);
    Records request;
    for (const auto& record : records) request.emplace_back(record.partition_key, record.data);
    requests_.push_back(request);
    auto answered = answer ? answer(records) : Answer(std::vector<aws::PutOutcome>(records.size()));
    if (answered) {
      for (std::size_t i = 0; i < answered->size() && i < request.size(); ++i)
        if ((*answered)[i].error_code.empty()) taken_.push_back(request[i]);
    }
    return answered;
  }

  Records taken() const {
    const std::lock_guard lock(mutex_);
    return taken_;
  }
  std::vector<Records> requests() const {
    const std::lock_guard lock(mutex_);
    return requests_;
  }

  void forget() {
    const std::lock_guard lock(mutex_);
    taken_.clear();
    requests_.clear();
  }

  /// What of each request is answered, one call at a time; empty: all is taken.
  std::function<Answer(std::span<const aws::PutRecord>)> answer;

 private:
  mutable std::mutex mutex_;
  Records taken_;
  std::vector<Records> requests_;
};

/// What Kinesis says of a record for which its shard has no room.
inline aws::PutOutcome throttled() {
  return {.shard_id = {},
          .error_code = "ProvisionedThroughputExceededException",
          .error_message = "Rate exceeded"};
}

/// A request that failed as a whole.
inline std::unexpected<aws::CallError> failed(ErrorKind kind, bool uncertain = false) {
  aws::CallError error;
  error.error = {kind, "scripted"};
  error.uncertain = uncertain;
  return std::unexpected(std::move(error));
}

}  // namespace kinesight::stream
