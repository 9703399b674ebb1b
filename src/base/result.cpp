#include "base/result.h"

namespace kinesight {

std::string_view to_string(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::invalid:
      return "invalid";
    case ErrorKind::not_found:
      return "not_found";
    case ErrorKind::denied:
      return "denied";
    case ErrorKind::throttled:
      return "throttled";
    case ErrorKind::unavailable:
      return "unavailable";
    case ErrorKind::corrupt:
      return "corrupt";
    case ErrorKind::cancelled:
      return "cancelled";
  }
  return "unknown";
}

std::unexpected<Error> wrap(const Error& error, std::string_view context) {
  return fail(error.kind, "{}: {}", context, error.message);
}

}  // namespace kinesight
