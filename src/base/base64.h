// Base64 (RFC 4648, section 4), with padding.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace kinesight {

/// How long the text of so many bytes is.
constexpr std::size_t base64_size(std::size_t bytes) { return (bytes + 2) / 3 * 4; }

/// Appends the text of `data`.
void append_base64(std::string& out, std::string_view data);
/// The text of `data`.
std::string to_base64(std::string_view data);

/// Decodes `text` where it lies: its bytes are at its beginning afterwards. How many they are; nothing when
/// it is no base64 with its padding, and then the text is spoilt.
std::optional<std::size_t> decode_base64_in_place(std::span<char> text);
/// The bytes of `text`; nothing when it is no base64 with its padding.
std::optional<std::string> from_base64(std::string_view text);

}  // namespace kinesight
