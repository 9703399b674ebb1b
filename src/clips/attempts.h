// Trying again what may pass, within what a task may take.
#pragma once

#include <algorithm>
#include <functional>
#include <stop_token>
#include <string_view>

#include "base/backoff.h"
#include "base/clock.h"
#include "base/result.h"
#include "config/table.h"

namespace kinesight::clips {

/// retry: {…} in clips.yaml.
struct RetryOptions {
  int attempts = 5;             ///< Of each call.
  double budget_seconds = 120;  ///< Of all pauses and calls of a task: after it nothing is tried again.
  static const config::Table& table();
};

/// Whether another try may meet something else.
inline bool may_pass(const Error& error) {
  return error.kind == ErrorKind::throttled || error.kind == ErrorKind::unavailable;
}

/// The tries of one task. Used by one thread.
class Attempts {
 public:
  /// Told of each failure that is followed by another try: the step, its error and the pause in seconds.
  using Report = std::function<void(std::string_view step, const Error& error, double pause_seconds)>;

  Attempts(const RetryOptions& options, Clock& clock, Rng rng, Report report)
      : options_(options),
        clock_(clock),
        rng_(rng),
        report_(std::move(report)),
        until_(clock.steady() + seconds_duration(options.budget_seconds)) {}

  /// Waits for what is sure to come, and takes no try; told of like a failure. Error: cancelled.
  Result<> pause(std::string_view step, const Error& error, Clock::Duration length, std::stop_token stop) {
    report_(step, error, to_seconds(length));
    if (!clock_.wait_for(length, std::move(stop)))
      return fail(ErrorKind::cancelled, "{}: asked to stop", step);
    return {};
  }

  /// Calls `call`, which gives a Result, until it succeeds, fails for good, or has had its tries; the last
  /// answer. Error also: cancelled.
  template <class Call>
  auto run(std::string_view step, std::stop_token stop, const Call& call) -> decltype(call()) {
    Backoff backoff({.initial_seconds = 0.5, .max_seconds = 15}, rng_);
    for (int tries = 1;; ++tries) {
      auto answer = call();
      if (answer || !may_pass(answer.error()) || tries >= options_.attempts) return answer;
      const auto pause = backoff.next();
      if (clock_.steady() + pause >= until_) return answer;
      report_(step, answer.error(), to_seconds(pause));
      if (!clock_.wait_for(pause, stop)) return fail(ErrorKind::cancelled, "{}: asked to stop", step);
    }
  }

 private:
  const RetryOptions options_;
  Clock& clock_;
  Rng rng_;
  const Report report_;
  const Clock::Steady until_;
};

}  // namespace kinesight::clips
