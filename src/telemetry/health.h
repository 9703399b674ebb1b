// The health board: each part says how it is; /healthz, the dashboard and the log read it.
#pragma once

#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace kinesight::telemetry {

/// How the whole, or a part of it, is doing.
enum class HealthState {
  ok,
  degraded,  ///< Working, but not everything is: a camera is away, a sink does not take events.
  failed,    ///< Not doing its job at all; whoever watches over the process should restart it.
};

/// "ok", "degraded", "failed".
std::string_view to_string(HealthState state);

/// What the parts have said. Safe for any number of threads.
class Health {
 public:
  /// Part `name` ("camera front", "publisher kds") is in `state`, because of `reason` (empty when ok).
  void report(const std::string& name, HealthState state, std::string reason = {});
  /// Part `name` is no longer there.
  void forget(const std::string& name);

  /// The worst state of any part.
  HealthState state() const;
  /// "name: reason" of every part that is not ok, by name.
  std::vector<std::string> reasons() const;

 private:
  struct Part {
    HealthState state = HealthState::ok;
    std::string reason;
  };
  mutable std::mutex mutex_;
  std::map<std::string, Part> parts_;
};

}  // namespace kinesight::telemetry
