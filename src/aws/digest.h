// SHA-256 and HMAC-SHA-256, as signatures need them.
#pragma once

#include <array>
#include <string>
#include <string_view>

namespace kinesight::aws {

/// The bytes of a SHA-256 digest.
using Digest = std::array<unsigned char, 32>;

/// SHA-256 of `text`, in one pass.
Digest sha256(std::string_view text);

/// HMAC-SHA-256 of `text` under `key`.
Digest hmac_sha256(std::string_view key, std::string_view text);

/// A digest as bytes, to be the next key.
inline std::string_view bytes(const Digest& digest) {
  return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}

/// A digest in hex, lower case.
std::string hex(const Digest& digest);

}  // namespace kinesight::aws
