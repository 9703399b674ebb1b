// Dates as HTTP headers write them (RFC 9110, 5.6.7).
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace kinesight::net {

/// Unix seconds of "Sun, 06 Nov 1994 08:49:37 GMT"; nothing for any other text. The two obsolete forms are
/// not read: no server of today sends them.
std::optional<std::int64_t> parse_http_date(std::string_view text);

}  // namespace kinesight::net
