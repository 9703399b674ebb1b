// What a webhook's answer means for the event that was sent.
#pragma once

#include <expected>

#include "net/http.h"
#include "publish/outbox/delivery.h"

namespace kinesight::publish {

/// The most that a receiver's Retry-After is heeded.
inline constexpr Clock::Duration kMostRetryAfter = std::chrono::minutes(5);

/// ADR 37 says why; `now_ms` is for a Retry-After that names a date.
///   2xx                               delivered
///   408, 425, 500 and other 5xx       again: its camera waits
///   429, 502, 503, 504, no answer     the receiver is away: everything waits, as long as Retry-After says
///   3xx, 401, 403, 404, 405, 407      the set-up is wrong: everything waits until it is repaired
///   other 4xx                         refused: this event will never do
BatchResult judge_answer(const std::expected<net::Response, net::Failure>& answer, std::int64_t now_ms);

}  // namespace kinesight::publish
