// The one way to AWS of a service, made when somebody first asks for it.
#pragma once

#include <memory>
#include <mutex>

#include "aws/session.h"
#include "base/clock.h"
#include "config/environment.h"
#include "telemetry/log.h"

namespace kinesight::infer {

/// Shared by the publishers and sources, which it outlives. Safe for any number of threads.
class CloudSession {
 public:
  /// `log` gets what the session notes about settings and credentials.
  CloudSession(config::Environment environment, Clock& clock, telemetry::Log& log)
      : environment_(std::move(environment)), clock_(clock), log_(log) {}

  /// The session. Error: invalid (its settings); the next call tries again.
  Result<aws::Session*> get();
  /// The environment variables that it goes by.
  const config::Environment& environment() const { return environment_; }

 private:
  const config::Environment environment_;
  Clock& clock_;
  telemetry::Log& log_;
  std::mutex mutex_;
  std::unique_ptr<aws::Session> session_;
};

}  // namespace kinesight::infer
