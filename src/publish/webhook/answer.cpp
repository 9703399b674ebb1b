#include "publish/webhook/answer.h"

#include <algorithm>
#include <charconv>

#include "config/yaml.h"
#include "net/http_date.h"

namespace kinesight::publish {
namespace {

/// RFC 9110, 10.2.3: seconds, or a date.
Clock::Duration retry_after(const net::Response& response, std::int64_t now_ms) {
  const auto* text = net::find(response.headers, "retry-after");
  if (!text) return {};
  std::int64_t seconds = 0;
  const char* const end = text->data() + text->size();
  const auto [stopped, trouble] = std::from_chars(text->data(), end, seconds);
  if (trouble == std::errc() && stopped == end) {
    seconds = std::min<std::int64_t>(seconds, kMostRetryAfter / std::chrono::seconds(1));
  } else if (const auto date = net::parse_http_date(*text)) {
    seconds = *date - now_ms / 1000;
  }
  return std::clamp<Clock::Duration>(std::chrono::seconds(seconds), {}, kMostRetryAfter);
}

/// The status, and how the body begins.
std::string said(const net::Response& response) {
  if (response.body.empty()) return fmt::format("the receiver answered {}", response.status);
  return fmt::format("the receiver answered {}: {}", response.status, config::in_quotes(response.body));
}

/// The sink is away.
BatchResult away(ErrorKind kind, std::string message) { return {.whole = Error{kind, std::move(message)}}; }

BatchResult again(const net::Response& response) {
  return {.outcomes = {{.verdict = Verdict::again,
                        .uncertain = response.status >= 500,
                        .error = {ErrorKind::unavailable, said(response)}}}};
}

BatchResult later(const net::Response& response, ErrorKind kind, std::int64_t now_ms) {
  auto result = away(kind, said(response));
  result.uncertain = kind == ErrorKind::unavailable;
  result.leave_alone = retry_after(response, now_ms);
  return result;
}

BatchResult judge_refusal(const net::Response& response, std::int64_t now_ms) {
  switch (response.status) {
    case 408:
    case 425:
      return again(response);
    case 429:
      return later(response, ErrorKind::throttled, now_ms);
    case 502:
    case 503:
    case 504:
      return later(response, ErrorKind::unavailable, now_ms);
    case 401:
    case 403:
    case 407:
      return away(ErrorKind::denied, said(response) + "; see url, secret and authorization");
    case 404:
    case 405:
      return away(ErrorKind::not_found, said(response) + "; see url");
    default:
      break;
  }
  if (response.status >= 500) return again(response);
  if (response.status >= 400)
    return {.outcomes = {{.verdict = Verdict::refused, .error = {ErrorKind::invalid, said(response)}}}};
  return away(
      ErrorKind::denied,
      fmt::format("expected an answer 2xx, found {}; redirects are not followed: set url to where the "
                  "receiver is",
                  response.status));
}

}  // namespace

BatchResult judge_answer(const std::expected<net::Response, net::Failure>& answer, std::int64_t now_ms) {
  if (!answer) {
    auto result = away(answer.error().error.kind, answer.error().error.message);
    // None of these is the event's fault.
    if (result.whole->kind == ErrorKind::corrupt || result.whole->kind == ErrorKind::invalid)
      result.whole->kind = ErrorKind::unavailable;
    result.uncertain = answer.error().sent;
    return result;
  }
  if (answer->status >= 200 && answer->status < 300) return {.outcomes = {Outcome{}}};
  return judge_refusal(*answer, now_ms);
}

}  // namespace kinesight::publish
