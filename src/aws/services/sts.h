// AWS Security Token Service (API version 2011-06-15), as wide as the product needs it.
#pragma once

#include <string>

#include "aws/client.h"

namespace kinesight::aws {

/// Who the credentials are.
struct Identity {
  std::string account;
  std::string arn;
};

/// A role to take on.
struct AssumeRole {
  std::string role_arn;
  std::string session_name;
  std::string external_id;      ///< Empty for none.
  int duration_seconds = 3600;  ///< 900 to 43,200.
};

/// STS in one region. Safe for any number of threads.
class Sts {
 public:
  static Result<Sts> make(Session& session, const ClientOptions& options);

  /// sts:AssumeRole
  CallResult<Credentials> assume_role(const AssumeRole& role, std::stop_token stop) const;
  /// sts:AssumeRoleWithWebIdentity, which is not signed. `token` is what the web identity's issuer gave.
  CallResult<Credentials> assume_role_with_web_identity(const AssumeRole& role, const Secret& token,
                                                        std::stop_token stop) const;
  /// sts:GetCallerIdentity
  CallResult<Identity> caller_identity(std::stop_token stop) const;

 private:
  explicit Sts(Client client) : client_(std::move(client)) {}
  Client client_;
};

}  // namespace kinesight::aws
