// Signatures of webhooks.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace kinesight::publish {

/// The key in a secret "whsec_<base64 of 24 to 64 bytes>"; nothing when it is not such a one.
std::optional<std::string> webhook_key(std::string_view secret);

/// What the header webhook-signature says: "v1," and the base64 of HMAC-SHA-256 of "id.timestamp.body" under
/// `key`. Standard Webhooks 1.0.0, "Signature scheme" (github.com/standard-webhooks/standard-webhooks).
std::string webhook_signature(std::string_view key, std::string_view id, std::int64_t timestamp,
                              std::string_view body);

}  // namespace kinesight::publish
