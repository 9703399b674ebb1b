#include "sim/kvs/faults.h"

#include <algorithm>
#include <charconv>
#include <mutex>
#include <utility>

#include "base/rng.h"
#include "config/nearest.h"

namespace kinesight::sim::kvs {
namespace {

constexpr std::size_t kMaxFaults = 1000;
constexpr std::string_view kSeconds = "seconds";
constexpr std::string_view kStatus = "status";
constexpr std::string_view kSize = "WxH";

/// What a value has to be, from how the table names it.
bool takes(const FaultKind& kind, std::string_view text) {
  if (text.empty()) return true;
  const char* end = text.data() + text.size();
  if (kind.value.starts_with(kSeconds)) {
    double seconds = 0;
    const auto [stopped, error] = std::from_chars(text.data(), end, seconds);
    const bool signs = kind.name == "clock_skew";
    return error == std::errc{} && stopped == end && seconds <= 86400 && seconds >= (signs ? -86400 : 0);
  }
  if (kind.value.starts_with(kStatus)) {
    int status = 0;
    const auto [stopped, error] = std::from_chars(text.data(), end, status);
    return error == std::errc{} && stopped == end && status >= 500 && status <= 599;
  }
  if (kind.value.starts_with(kSize)) {
    int width = 0;
    int height = 0;
    const auto [middle, first] = std::from_chars(text.data(), end, width);
    if (first != std::errc{} || middle == end || *middle != 'x') return false;
    const auto [stopped, second] = std::from_chars(middle + 1, end, height);
    return second == std::errc{} && stopped == end && width > 0 && height > 0;
  }
  return false;
}

/// Whether it is of the camera: then what was is part of what is.
bool stays(std::string_view name) {
  return name == "offline" || name == "gap" || name == "resolution" || name == "clock_skew";
}

bool concerns(const Fault& fault, std::string_view name, std::string_view stream) {
  return fault.name == name && (fault.stream == "*" || fault.stream == stream);
}

bool over(const Fault& fault, double now) {
  return (fault.end && *fault.end <= now) || (fault.count && *fault.count <= 0);
}

}  // namespace

const std::vector<FaultKind>& fault_kinds() {
  static const std::vector<FaultKind> kinds = {
      {"session_expired", "", "Session URLs are refused with 403, as if their time were over."},
      {"playlist_403", "", "Playlists are refused with 403."},
      {"playlist_404", "", "Playlists are not found."},
      {"playlist_5xx", "status (503)", "Playlists fail."},
      {"fragment_403", "", "Fragments are refused with 403."},
      {"fragment_404", "", "Fragments are not found."},
      {"fragment_5xx", "status (503)", "Fragments fail."},
      {"init_5xx", "status (503)", "Initialization segments fail."},
      {"api_5xx", "status (503)", "API calls fail."},
      {"throttled", "", "API calls and session URLs are refused with ClientLimitExceededException."},
      {"denied", "", "API calls are refused with NotAuthorizedException (or AccessDeniedException)."},
      {"stall", "seconds (10)", "Answers of the data plane wait before their first byte."},
      {"endless", "", "Playlists, segments and fragments are followed by bytes that never end."},
      {"cut", "", "Playlists, segments and fragments are cut off halfway."},
      {"bad_playlist", "", "Playlists are garbage."},
      {"bad_fragment", "", "Fragments are garbage."},
      {"offline", "", "The camera sends nothing."},
      {"gap", "seconds (10)", "Footage that the camera never sends."},
      {"resolution", "WxH (the other size)", "The camera sends another size from then on."},
      {"clock_skew", "seconds (5)", "The camera's clock is ahead by so much."},
  };
  return kinds;
}

Result<> check_fault(const Fault& fault) {
  const auto& kinds = fault_kinds();
  const auto kind = std::ranges::find(kinds, fault.name, &FaultKind::name);
  if (kind == kinds.end()) {
    std::vector<std::string> known;
    for (const FaultKind& each : kinds) known.emplace_back(each.name);
    return fail(ErrorKind::invalid, "there is no fault called '{}'{}", fault.name,
                config::did_you_mean(fault.name, known));
  }
  if (!takes(*kind, fault.value)) {
    return fail(ErrorKind::invalid, "fault {}: expected {}, found '{}'", fault.name,
                kind->value.empty() ? "no value" : kind->value, fault.value);
  }
  if (fault.stream.empty()) {
    return fail(ErrorKind::invalid, "fault {}: expected a stream's name, or * for every, found ''",
                fault.name);
  }
  if (!(fault.probability >= 0 && fault.probability <= 1)) {
    return fail(ErrorKind::invalid, "fault {}: expected a probability from 0 to 1, found {}", fault.name,
                fault.probability);
  }
  if (fault.count && *fault.count < 1) {
    return fail(ErrorKind::invalid, "fault {}: expected a count of at least 1, found {}", fault.name,
                *fault.count);
  }
  return {};
}

Result<Fault> parse_fault(std::string_view text, double now) {
  const auto equals = std::min(text.find('='), text.size());
  std::string_view name = text.substr(0, equals);
  Fault fault;
  fault.begin = now;
  if (equals < text.size()) fault.value = text.substr(equals + 1);
  if (const auto colon = name.find(':'); colon != std::string_view::npos) {
    fault.stream = name.substr(0, colon);
    name.remove_prefix(colon + 1);
  }
  fault.name = name;
  if (const auto good = check_fault(fault); !good) return std::unexpected(good.error());
  return fault;
}

struct Faults::Impl {
  explicit Impl(std::uint64_t seed) : rng(seed) {}

  mutable std::mutex mutex;
  std::vector<Fault> faults;
  Rng rng;
};

Faults::Faults(std::uint64_t seed) : impl_(std::make_shared<Impl>(seed)) {}

void Faults::add(Fault fault) {
  std::lock_guard lock(impl_->mutex);
  auto& faults = impl_->faults;
  if (faults.size() >= kMaxFaults) faults.erase(faults.begin());
  faults.push_back(std::move(fault));
}

void Faults::clear(double now, std::string_view name, std::string_view stream) {
  std::lock_guard lock(impl_->mutex);
  const auto meant = [&](const Fault& fault) {
    return (name.empty() || fault.name == name) && (stream == "*" || fault.stream == stream);
  };
  std::erase_if(impl_->faults, [&](const Fault& fault) { return meant(fault) && !stays(fault.name); });
  for (Fault& fault : impl_->faults)
    if (meant(fault)) fault.end = std::min(fault.end.value_or(now), now);
}

std::vector<Fault> Faults::list(double now) const {
  std::lock_guard lock(impl_->mutex);
  std::vector<Fault> found;
  for (const Fault& fault : impl_->faults)
    if (!over(fault, now)) found.push_back(fault);
  return found;
}

std::optional<std::string> Faults::strike(std::string_view name, std::string_view stream, double now) {
  std::lock_guard lock(impl_->mutex);
  std::erase_if(impl_->faults, [now](const Fault& old) { return !stays(old.name) && over(old, now); });
  for (Fault& fault : impl_->faults) {
    if (!concerns(fault, name, stream) || fault.begin > now || over(fault, now)) continue;
    if (fault.probability < 1 && !impl_->rng.chance(fault.probability)) continue;
    if (fault.count) --*fault.count;
    return fault.value;
  }
  return std::nullopt;
}

std::vector<Fault> Faults::history(std::string_view name, std::string_view stream) const {
  std::lock_guard lock(impl_->mutex);
  std::vector<Fault> found;
  for (const Fault& fault : impl_->faults)
    if (concerns(fault, name, stream)) found.push_back(fault);
  return found;
}

}  // namespace kinesight::sim::kvs
