// Base64 (RFC 4648, 4), as Azure writes keys, digests and names of blocks.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace kinesight::storage::azure {

/// With padding.
std::string to_base64(std::string_view bytes);
/// Nothing for what is no base64 with its padding.
std::optional<std::string> from_base64(std::string_view text);

}  // namespace kinesight::storage::azure
