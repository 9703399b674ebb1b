#include "publish/webhook/signature.h"

#include <fmt/format.h>

#include "aws/digest.h"
#include "base/base64.h"

namespace kinesight::publish {

std::optional<std::string> webhook_key(std::string_view secret) {
  constexpr std::string_view prefix = "whsec_";
  if (!secret.starts_with(prefix)) return std::nullopt;
  auto key = from_base64(secret.substr(prefix.size()));
  if (!key || key->size() < 24 || key->size() > 64) return std::nullopt;
  return key;
}

std::string webhook_signature(std::string_view key, std::string_view id, std::int64_t timestamp,
                              std::string_view body) {
  const auto digest = aws::hmac_sha256(key, fmt::format("{}.{}.{}", id, timestamp, body));
  return "v1," + to_base64(aws::bytes(digest));
}

}  // namespace kinesight::publish
