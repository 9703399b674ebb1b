#include "aws/credentials/expiration.h"

#include "event/moment.h"

namespace kinesight::aws {

Result<double> parse_expiration(std::string_view text) {
  // parse_moment also takes "1h" and bare numbers, which no service means.
  const bool is_time = text.size() >= 16 && text.size() <= 40 && text[4] == '-' && text[10] == 'T';
  const auto ms = is_time ? event::parse_moment(text, 0) : fail(ErrorKind::invalid, "");
  if (!ms)
    return fail(ErrorKind::invalid, "expected a time such as 2026-01-31T12:00:00Z, found something else");
  return static_cast<double>(*ms) / 1000.0;
}

}  // namespace kinesight::aws
