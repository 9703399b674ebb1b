// What providers of credentials work with.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "aws/config/shared_config.h"
#include "aws/credentials.h"
#include "aws/retry.h"
#include "base/clock.h"
#include "config/environment.h"
#include "net/http.h"

namespace kinesight::aws {

/// Takes sentences for people that are worth a line in the log. Called from any thread.
using Note = std::function<void(std::string_view)>;

/// The world around a provider. The clock outlives it.
struct Surroundings {
  config::Environment environment = config::no_environment();
  std::shared_ptr<net::Transport> transport;  ///< To AWS.
  /// To this machine's own services (IMDS, container agents): never through a proxy, which would see the
  /// keys.
  std::shared_ptr<net::Transport> local_transport;
  RetryPolicy retry;  ///< Of calls to STS.
  Clock* clock = nullptr;
  Note note = [](std::string_view) {};

  /// The shared config files as they are now: they may change while the service runs.
  Result<std::shared_ptr<const SharedConfig>> shared_config() const;
};

}  // namespace kinesight::aws
