#include "support/fake_aws/faults.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <stdexcept>
#include <utility>

namespace kinesight::support {
namespace {

constexpr auto kNames = std::to_array<std::pair<FaultKind, std::string_view>>({
    {FaultKind::throttle, "throttle"},
    {FaultKind::internal_error, "internal_error"},
    {FaultKind::unavailable, "unavailable"},
    {FaultKind::expired_token, "expired_token"},
    {FaultKind::clock_skew, "clock_skew"},
    {FaultKind::not_found, "not_found"},
    {FaultKind::access_denied, "access_denied"},
    {FaultKind::error, "error"},
    {FaultKind::reset_unread, "reset_unread"},
    {FaultKind::reset_before, "reset_before"},
    {FaultKind::reset_after, "reset_after"},
    {FaultKind::cut, "cut"},
    {FaultKind::garbage, "garbage"},
    {FaultKind::wrong_count, "wrong_count"},
    {FaultKind::slow, "slow"},
    {FaultKind::stall, "stall"},
    {FaultKind::partial, "partial"},
    {FaultKind::throttled_shard, "throttled_shard"},
    {FaultKind::unprocessed, "unprocessed"},
    {FaultKind::poison, "poison"},
});

FaultKind kind_named(const std::string& name) {
  const auto found = std::ranges::find(kNames, name, &std::pair<FaultKind, std::string_view>::second);
  if (found == kNames.end()) throw std::invalid_argument(fmt::format("no fault is called '{}'", name));
  return found->first;
}

void set(Fault& fault, const std::string& key, const nlohmann::json& value) {
  if (key == "kind")
    fault.kind = kind_named(value.get<std::string>());
  else if (key == "service")
    value.get_to(fault.service);
  else if (key == "action")
    value.get_to(fault.action);
  else if (key == "probability")
    value.get_to(fault.probability);
  else if (key == "skip")
    value.get_to(fault.skip);
  else if (key == "count")
    fault.count = value.get<int>();
  else if (key == "executed")
    fault.executed = value.get<bool>();
  else if (key == "status")
    value.get_to(fault.status);
  else if (key == "code")
    value.get_to(fault.code);
  else if (key == "message")
    value.get_to(fault.message);
  else if (key == "share")
    value.get_to(fault.share);
  else if (key == "shard")
    value.get_to(fault.shard);
  else if (key == "marker")
    value.get_to(fault.marker);
  else if (key == "delay_ms")
    fault.delay = std::chrono::milliseconds(value.get<int>());
  else
    throw std::invalid_argument(fmt::format("a fault has no '{}'", key));
}

bool fits(const std::string& wanted, std::string_view found) { return wanted.empty() || wanted == found; }

}  // namespace

std::string_view to_string(FaultKind kind) {
  return std::ranges::find(kNames, kind, &std::pair<FaultKind, std::string_view>::first)->second;
}

Fault fault_from_json(const nlohmann::json& json) {
  if (!json.is_object() || !json.contains("kind")) {
    throw std::invalid_argument("a fault is an object with a 'kind'");
  }
  Fault fault;
  for (const auto& [key, value] : json.items()) set(fault, key, value);
  return fault;
}

bool executes(const Fault& fault) {
  if (fault.executed) return *fault.executed;
  return fault.kind >= FaultKind::reset_after && fault.kind != FaultKind::poison;
}

bool is_whole(FaultKind kind) { return kind <= FaultKind::wrong_count; }

void FaultPlan::add(Fault fault) {
  const std::lock_guard lock(mutex_);
  faults_.push_back(std::move(fault));
}

void FaultPlan::clear() {
  const std::lock_guard lock(mutex_);
  faults_.clear();
}

bool FaultPlan::due(Fault& fault) {
  if (fault.count && *fault.count == 0) return false;
  if (fault.skip > 0) {
    --fault.skip;
    return false;
  }
  if (fault.probability < 1 && !rng_.chance(fault.probability)) return false;
  if (fault.count) --*fault.count;
  return true;
}

std::vector<Fault> FaultPlan::deal(std::string_view service, std::string_view action) {
  const std::lock_guard lock(mutex_);
  std::vector<Fault> dealt;
  bool decided = false;
  for (Fault& fault : faults_) {
    if (!fits(fault.service, service) || !fits(fault.action, action)) continue;
    if ((is_whole(fault.kind) && decided) || !due(fault)) continue;
    decided = decided || is_whole(fault.kind);
    dealt.push_back(fault);
  }
  return dealt;
}

bool FaultPlan::chance(double share) {
  const std::lock_guard lock(mutex_);
  return rng_.chance(share);
}

bool FaultPlan::exhausted() const {
  const std::lock_guard lock(mutex_);
  return std::ranges::none_of(faults_, [](const Fault& fault) { return fault.count && *fault.count > 0; });
}

}  // namespace kinesight::support
