// The encodings and digests that AWS's protocols are made of; the fake's own, so that it can catch a mistake
// in the product's.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace kinesight::support::fake {

std::string to_hex(std::string_view bytes);  ///< Lower case.
std::string sha256(std::string_view bytes);  ///< 32 bytes.
std::string md5(std::string_view bytes);     ///< 16 bytes.
std::string hmac_sha256(std::string_view key, std::string_view bytes);

std::string to_base64(std::string_view bytes);
std::optional<std::string> from_base64(std::string_view text);

/// Everything but A-Z a-z 0-9 - . _ ~ becomes %XX.
std::string percent_encode(std::string_view text);
/// %XX becomes a byte; what is no such escape stays.
std::string percent_decode(std::string_view text);
/// The pairs of a query or form, in order, decoded; '+' is a space in a form.
std::vector<std::pair<std::string, std::string>> parse_query(std::string_view query, bool form = false);

std::string escape_xml(std::string_view text);

std::string http_date(std::int64_t unix_seconds);       ///< "Sun, 06 Nov 1994 08:49:37 GMT"
std::string iso_date(std::int64_t unix_seconds);        ///< "1994-11-06T08:49:37Z"
std::string basic_iso_date(std::int64_t unix_seconds);  ///< "19941106T084937Z"
std::optional<std::int64_t> parse_basic_iso_date(const std::string& text);

}  // namespace kinesight::support::fake
