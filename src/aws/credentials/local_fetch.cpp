#include "aws/credentials/local_fetch.h"

#include <utility>

namespace kinesight::aws {
namespace {

constexpr std::size_t kMaxAnswerBytes = 64 * 1024;

bool worth_another_try(const std::expected<net::Response, net::Failure>& answer) {
  if (!answer) {
    const ErrorKind kind = answer.error().error.kind;
    return kind == ErrorKind::unavailable || kind == ErrorKind::corrupt;
  }
  return answer->status == 429 || answer->status >= 500;
}

}  // namespace

Result<net::Response> fetch_locally(const Surroundings& surroundings, LocalRequest asked,
                                    const Patience& patience, std::stop_token stop) {
  net::Request request;
  request.method = std::move(asked.method);
  request.url = std::move(asked.url);
  request.headers = std::move(asked.headers);
  request.timeouts = {.connect = patience.timeout, .idle = patience.timeout, .total = patience.timeout};
  request.max_response_bytes = kMaxAnswerBytes;
  for (int attempt = 1;; ++attempt) {
    auto answer = surroundings.local_transport->send(request, stop);
    if (attempt >= patience.attempts || !worth_another_try(answer)) {
      if (answer) return std::move(*answer);
      return std::unexpected(std::move(answer.error().error));
    }
    if (!surroundings.clock->wait_for(patience.pause, stop)) {
      return fail(ErrorKind::cancelled, "stopped before another try");
    }
  }
}

}  // namespace kinesight::aws
