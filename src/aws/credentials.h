// What AWS requests are signed with, and where it comes from.
#pragma once

#include <optional>
#include <stop_token>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/secret.h"

namespace kinesight::aws {

/// Access keys, lasting or for a while.
struct Credentials {
  std::string access_key_id;
  Secret secret_access_key;
  Secret session_token;              ///< Empty for lasting keys.
  std::optional<double> expires_at;  ///< Unix seconds; nothing for lasting keys.
  std::string source;                ///< For people: "environment", "profile 'night'", "IMDS".
};

/// A place that credentials come from. Safe for any number of threads.
class CredentialsProvider {
 public:
  virtual ~CredentialsProvider() = default;

  /// For people: what this place is called.
  virtual std::string_view name() const = 0;

  /// The credentials to sign with now. Errors: not_found (this place has none: a chain asks the next),
  /// invalid (it is set up wrongly: a chain stops here), denied, unavailable, cancelled.
  virtual Result<Credentials> get(std::stop_token stop) = 0;

  /// The service said that `refused` have expired: the next get() must bring others if there are any.
  virtual void refused(const Credentials& refused) { (void)refused; }
};

}  // namespace kinesight::aws
