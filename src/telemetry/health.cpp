#include "telemetry/health.h"

#include <algorithm>

namespace kinesight::telemetry {

std::string_view to_string(HealthState state) {
  switch (state) {
    case HealthState::ok:
      return "ok";
    case HealthState::degraded:
      return "degraded";
    case HealthState::failed:
      return "failed";
  }
  return "unknown";
}

void Health::report(const std::string& name, HealthState state, std::string reason) {
  std::lock_guard lock(mutex_);
  parts_[name] = Part{state, std::move(reason)};
}

void Health::forget(const std::string& name) {
  std::lock_guard lock(mutex_);
  parts_.erase(name);
}

HealthState Health::state() const {
  std::lock_guard lock(mutex_);
  HealthState worst = HealthState::ok;
  for (const auto& [name, part] : parts_) worst = std::max(worst, part.state);
  return worst;
}

std::vector<std::string> Health::reasons() const {
  std::lock_guard lock(mutex_);
  std::vector<std::string> reasons;
  for (const auto& [name, part] : parts_) {
    if (part.state != HealthState::ok) reasons.push_back(name + ": " + part.reason);
  }
  return reasons;
}

}  // namespace kinesight::telemetry
