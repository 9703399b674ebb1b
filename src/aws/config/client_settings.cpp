#include "aws/config/client_settings.h"

#include <charconv>
#include <fstream>

#include "net/proxies.h"

namespace kinesight::aws {
namespace {

Result<> check_mode(const Found& mode, const std::function<void(std::string_view)>& note) {
  if (mode.value == "standard") return {};
  if (mode.value == "legacy" || mode.value == "adaptive") {
    note(fmt::format("{}: the retry mode {} is taken for standard, the only one there is", mode.where,
                     mode.value));
    return {};
  }
  return fail(ErrorKind::invalid, "{}: expected the retry mode standard, found '{}'", mode.where,
              shown(mode.value));
}

}  // namespace

Result<RetryPolicy> retry_settings(const config::Environment& environment, const SharedConfig& shared,
                                   const std::function<void(std::string_view)>& note) {
  if (const auto mode = find_setting(environment, &shared, "AWS_RETRY_MODE", "retry_mode")) {
    if (auto known = check_mode(*mode, note); !known) return std::unexpected(known.error());
  }
  RetryPolicy policy;
  const auto attempts = find_setting(environment, &shared, "AWS_MAX_ATTEMPTS", "max_attempts");
  if (!attempts) return policy;
  const char* end = attempts->value.data() + attempts->value.size();
  const auto [stopped, trouble] = std::from_chars(attempts->value.data(), end, policy.max_attempts);
  if (trouble == std::errc() && stopped == end && policy.max_attempts >= 1) return policy;
  return fail(ErrorKind::invalid, "{}: expected a number of attempts, 1 or more, found '{}'", attempts->where,
              shown(attempts->value));
}

Result<net::CurlOptions> transport_settings(const config::Environment& environment,
                                            const SharedConfig& shared) {
  net::CurlOptions options = net::with_proxies(environment);
  const auto bundle = find_setting(environment, &shared, "AWS_CA_BUNDLE", "ca_bundle");
  if (!bundle) return options;
  if (!std::ifstream(bundle->value)) {
    return fail(ErrorKind::invalid, "{}: expected a file of certificates (PEM), cannot read {}",
                bundle->where, shown(bundle->value));
  }
  options.ca_bundle = bundle->value;
  return options;
}

}  // namespace kinesight::aws
