// The bearer token that opens pictures and the API beyond loopback.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "base/result.h"

namespace kinesight::http {

/// A token and where it lies.
struct Token {
  std::string value;           ///< Never to be logged.
  std::filesystem::path path;  ///< What the log names instead.
  bool created = false;        ///< Made just now.
};

/// Reads <state_directory>/http-token, or makes one: 32 random bytes as 64 hex digits, mode 0600.
/// The folder is made if need be. Errors: denied, corrupt (an empty file), unavailable.
Result<Token> load_or_create_token(const std::filesystem::path& state_directory);

/// Equality in a time that depends on the lengths alone.
bool same_secret(std::string_view a, std::string_view b);

}  // namespace kinesight::http
