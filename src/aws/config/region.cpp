#include "aws/config/region.h"

#include <algorithm>
#include <array>
#include <utility>

namespace kinesight::aws {
namespace {

/// A region becomes part of a host name, so it is one label of it (RFC 1123) and no more.
bool is_label(std::string_view text) {
  const auto good = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; };
  return !text.empty() && text.size() <= 63 && std::ranges::all_of(text, good) && text.front() != '-' &&
         text.back() != '-';
}

Result<std::string> checked(std::string_view region, std::string_view where) {
  if (is_label(region)) return std::string(region);
  return fail(ErrorKind::invalid,
              "{}: expected a region such as us-east-1 (a-z, 0-9 and hyphens), found '{}'", where,
              shown(region));
}

}  // namespace

Result<std::string> resolve_region(const config::Environment& environment, const SharedConfig* shared,
                                   std::string_view configured) {
  if (!configured.empty()) return checked(configured, "the configured region");
  if (const auto region = variable(environment, "AWS_REGION")) return checked(*region, "AWS_REGION");
  if (const auto found = find_setting(environment, shared, "AWS_DEFAULT_REGION", "region")) {
    return checked(found->value, found->where);
  }
  const std::string profile = shared == nullptr ? std::string()
                                                : fmt::format(", or `region` in the profile '{}' ({})",
                                                              shared->profile_name(), shared->places());
  return fail(ErrorKind::invalid,
              "expected an AWS region, found none; set `region` in the configuration, AWS_REGION or "
              "AWS_DEFAULT_REGION{}",
              profile);
}

// Source: the partitions of AWS's endpoint rules (botocore/data/partitions.json).
std::string_view domain_of(std::string_view region) {
  static constexpr std::array<std::pair<std::string_view, std::string_view>, 6> kPartitions{{
      {"cn-", "amazonaws.com.cn"},
      {"eusc-", "amazonaws.eu"},
      {"us-iso-", "c2s.ic.gov"},
      {"us-isob-", "sc2s.sgov.gov"},
      {"eu-isoe-", "cloud.adc-e.uk"},
      {"us-isof-", "csp.hci.ic.gov"},
  }};
  for (const auto& [prefix, domain] : kPartitions) {
    if (region.starts_with(prefix)) return domain;
  }
  return "amazonaws.com";
}

}  // namespace kinesight::aws
