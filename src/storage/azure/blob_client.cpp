#include "storage/azure/blob_client.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <utility>

#include "aws/xml.h"
#include "storage/azure/shared_key.h"

namespace kinesight::storage::azure {
namespace {

constexpr std::size_t kMaxMessage = 300;

bool is_among(std::string_view code, std::initializer_list<std::string_view> codes) {
  return std::ranges::find(codes, code) != codes.end();
}

/// `text` if it looks like a code.
std::string code_of(std::string_view text) {
  const bool plausible = text.size() <= 64 && std::ranges::all_of(text, [](char c) {
                           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
                         });
  return std::string(plausible ? text : std::string_view());
}

/// The first line: beyond it the service quotes what it was asked.
std::string message_of(std::string_view text) {
  std::string line(text.substr(0, text.find('\n')).substr(0, kMaxMessage));
  std::erase_if(line, [](char c) { return c < ' ' || c > '~'; });
  while (line.ends_with('.') || line.ends_with(' ')) line.pop_back();
  return line;
}

std::string_view advice_for(ErrorKind kind, std::string_view code) {
  if (code == "ContainerNotFound") return "; create the container, or correct its name";
  if (is_among(code, {"AuthenticationFailed", "InvalidAuthenticationInfo"}))
    return "; check account_name and account_key, and this machine's clock";
  if (kind == ErrorKind::denied) return "; check the account's key, its firewall and the container's rights";
  return "";
}

double asked_wait_seconds(const net::Response& response) {
  const std::string* text = net::find(response.headers, "Retry-After");
  int seconds = 0;
  if (text) std::from_chars(text->data(), text->data() + text->size(), seconds);
  return seconds;
}

}  // namespace

ErrorKind kind_of(int status, std::string_view code) {
  if (status == 429 || is_among(code, {"ServerBusy", "AccountIOPSLimitExceeded", "OperationTimedOut"}))
    return code == "OperationTimedOut" ? ErrorKind::unavailable : ErrorKind::throttled;
  if (is_among(code, {"Md5Mismatch", "Crc64Mismatch"})) return ErrorKind::corrupt;
  if (status >= 500 || status == 408) return ErrorKind::unavailable;
  if (status == 401 || status == 403 ||
      is_among(code, {"AuthenticationFailed", "InvalidAuthenticationInfo", "NoAuthenticationInformation",
                      "AuthorizationFailure"}))
    return ErrorKind::denied;
  if (status == 404) return ErrorKind::not_found;
  if (is_among(code, {"ContainerBeingDeleted", "AccountBeingCreated"})) return ErrorKind::unavailable;
  return ErrorKind::invalid;
}

/// One try of a call, and what another one needs to know of it.
struct BlobClient::Attempt {
  BlobResult<net::Response> outcome;
  bool retryable = false;
  double asked_wait_seconds = 0;
};

BlobError BlobClient::refused(const net::Response& response, const BlobCall& call) const {
  BlobError failed;
  failed.status = response.status;
  std::string message;
  if (const auto* code = net::find(response.headers, "x-ms-error-code")) failed.code = code_of(*code);
  if (const auto body = aws::parse_xml(response.body)) {
    if (failed.code.empty()) failed.code = code_of(body->text_at("Code"));
    message = message_of(body->text_at("Message"));
  }
  failed.error.kind = kind_of(failed.status, failed.code);
  failed.error.message = fmt::format("Azure Blob {}: {}{}{} (HTTP {}){}", call.action, failed.code,
                                     failed.code.empty() || message.empty() ? "" : ": ", message,
                                     failed.status, advice_for(failed.error.kind, failed.code));
  return failed;
}

BlobClient::Attempt BlobClient::try_once(const BlobCall& call, const std::stop_token& stop) const {
  net::Request request;
  request.method = call.method;
  request.url = account_.endpoint + call.path;
  if (!call.query.empty()) request.url.append("?").append(call.query);
  request.headers = call.headers;
  request.body = call.body;
  request.body_file = call.body_file;
  request.timeouts = call.timeouts;
  const auto unanswered = [&](const Error& error) {
    return std::unexpected(
        BlobError{.error = {error.kind, fmt::format("Azure Blob {}: {}", call.action, error.message)}});
  };
  if (auto done = sign(request, account_, static_cast<std::int64_t>(std::floor(now()))); !done)
    return {unanswered(done.error())};
  auto answer = session_->transport().send(request, stop);
  if (!answer) {
    const ErrorKind kind = answer.error().error.kind;
    const bool passing = kind == ErrorKind::unavailable || kind == ErrorKind::corrupt;
    return {unanswered(answer.error().error), passing && !answer.error().here};
  }
  if (answer->status >= 200 && answer->status < 300) return {std::move(*answer)};
  auto failed = refused(*answer, call);
  const bool passing =
      failed.error.kind == ErrorKind::throttled || failed.error.kind == ErrorKind::unavailable;
  return {std::unexpected(std::move(failed)), passing, asked_wait_seconds(*answer)};
}

BlobResult<net::Response> BlobClient::call(const BlobCall& call, std::stop_token stop) const {
  thread_local Rng rng = Rng::from_entropy();
  const aws::RetryPolicy& policy = session_->retry_policy();
  for (int retry = 0;; ++retry) {
    Attempt attempt = try_once(call, stop);
    if (attempt.outcome || !attempt.retryable) return std::move(attempt.outcome);
    Error& error = attempt.outcome.error().error;
    if (retry + 1 >= policy.max_attempts) {
      error.message += fmt::format(" (tried {} times)", retry + 1);
      return std::move(attempt.outcome);
    }
    const double delay = to_seconds(aws::retry_delay(policy, retry, rng));
    const double wait =
        std::clamp(attempt.asked_wait_seconds, delay, std::max(delay, policy.max_delay_seconds));
    if (!session_->clock().wait_for(seconds_duration(wait), stop)) {
      error = {ErrorKind::cancelled, "stopped before another try after: " + error.message};
      return std::move(attempt.outcome);
    }
  }
}

}  // namespace kinesight::storage::azure
