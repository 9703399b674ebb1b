#include "clips/doctor/finding.h"

namespace kinesight::clips::doctor {

std::string_view to_string(Verdict verdict) {
  switch (verdict) {
    case Verdict::ok:
      return "ok";
    case Verdict::warning:
      return "warning";
    case Verdict::failed:
      return "failed";
  }
  return {};
}

std::string told(const Error& error) {
  return error.kind == ErrorKind::cancelled ? "no answer in time" : error.message;
}

}  // namespace kinesight::clips::doctor
