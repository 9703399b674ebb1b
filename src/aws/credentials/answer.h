// The JSON by which IMDS, container agents and credential processes hand out credentials.
#pragma once

#include <string_view>

#include "aws/credentials.h"

namespace kinesight::aws {

/// What differs between them.
struct AnswerForm {
  std::string_view token = "Token";  ///< The name of the session token.
  bool must_expire = true;           ///< Token and Expiration are required.
  bool has_code = false;             ///< A Code other than "Success" is a refusal (IMDS).
  bool has_version = false;          ///< Version is 1 (credential processes).
};

/// Reads AccessKeyId, SecretAccessKey, token and Expiration; `source` is set by the caller. Errors: corrupt
/// (no JSON object, a field is absent or not as expected: names it, and no value), denied (another code than
/// Success: names it).
Result<Credentials> read_answer(std::string_view json, const AnswerForm& form);

}  // namespace kinesight::aws
