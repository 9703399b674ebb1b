#include "stream/producer/observed_sink.h"

#include <algorithm>

#include "stream/producer/happenings.h"

namespace kinesight::stream {
namespace {

/// Why nothing of a request was taken; nothing when something was.
std::optional<Error> failure_of(const aws::CallResult<std::vector<aws::PutOutcome>>& answer) {
  if (!answer) return answer.error().error;
  const auto taken = [](const aws::PutOutcome& one) { return one.error_code.empty(); };
  if (answer->empty() || std::ranges::any_of(*answer, taken)) return std::nullopt;
  const auto& [shard, code, message] = answer->front();
  const auto kind = aws::is_throttling(code) ? ErrorKind::throttled : ErrorKind::unavailable;
  return Error{kind, fmt::format("{}: {}", code, message)};
}

}  // namespace

aws::CallResult<std::vector<aws::PutOutcome>> ObservedSink::put(std::span<const aws::PutRecord> records,
                                                                std::stop_token stop) {
  ++in_flight_;
  auto answer = sink_.put(records, std::move(stop));
  --in_flight_;
  if (const auto failure = failure_of(answer)) {
    telemetry_.emit(RequestFailed{*failure, ++failed_});
  } else {
    failed_ = 0;
    telemetry_.emit(RequestTaken{});
  }
  return answer;
}

}  // namespace kinesight::stream
