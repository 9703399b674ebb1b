// SHA-256 and HMAC-SHA-256, as signatures need them.
#pragma once

#include <array>
#include <filesystem>
#include <string>
#include <string_view>

#include "base/result.h"
#include "net/http.h"

namespace kinesight::aws {

/// The bytes of a SHA-256 digest.
using Digest = std::array<unsigned char, 32>;

/// SHA-256 of `text`, in one pass.
Digest sha256(std::string_view text);

/// SHA-256 of a file's bytes, read piece by piece. Errors: not_found, denied, unavailable (it cannot be
/// read).
Result<Digest> sha256_of_file(const std::filesystem::path& file);

/// SHA-256 of a part of an open file, read piece by piece. Errors: corrupt (the file ends before the part
/// does), unavailable (it cannot be read).
Result<Digest> sha256_of_region(const net::FileRegion& region);

/// HMAC-SHA-256 of `text` under `key`.
Digest hmac_sha256(std::string_view key, std::string_view text);

/// A digest as bytes, to be the next key.
inline std::string_view bytes(const Digest& digest) {
  return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}

/// A digest in hex, lower case.
std::string hex(const Digest& digest);

}  // namespace kinesight::aws
