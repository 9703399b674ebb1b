// What one check of `kinesight clips doctor` found.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace kinesight::clips::doctor {

/// How it stands with what was checked.
enum class Verdict {
  ok,
  warning,  ///< Tasks will be done, and something is not as it should be.
  failed,   ///< Tasks will not be done.
};
/// "ok", "warning", "failed".
std::string_view to_string(Verdict verdict);

/// One line for a person. No text holds a secret.
struct Finding {
  Verdict verdict = Verdict::ok;
  std::string check;   ///< What was looked at: "RabbitMQ", "clock".
  std::string found;   ///< What it is like.
  std::string advice;  ///< What to do; empty when all is well.
};
using Findings = std::vector<Finding>;

/// All is well.
inline Finding ok(std::string check, std::string found) {
  return {Verdict::ok, std::move(check), std::move(found), {}};
}
/// It will do, for now.
inline Finding warning(std::string check, std::string found, std::string advice) {
  return {Verdict::warning, std::move(check), std::move(found), std::move(advice)};
}
/// It will not do.
inline Finding failed(std::string check, std::string found, std::string advice) {
  return {Verdict::failed, std::move(check), std::move(found), std::move(advice)};
}

/// An error as a finding shows it: a check that was ended by its time-out says so.
std::string told(const Error& error);

}  // namespace kinesight::clips::doctor
