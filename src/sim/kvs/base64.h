// Base64 (RFC 4648, section 4).
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace kinesight::sim::kvs {

/// With padding.
std::string to_base64(std::string_view bytes);
/// Nothing when `text` is not base64 with its padding.
std::optional<std::string> from_base64(std::string_view text);

}  // namespace kinesight::sim::kvs
