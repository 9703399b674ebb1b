// Taking on a role by STS.
#pragma once

#include "aws/credentials/providers.h"
#include "aws/services/sts.h"

namespace kinesight::aws {

/// The name of a role's session in CloudTrail, when nobody gave it one.
inline constexpr std::string_view kRoleSessionName = "kinesight";

/// The credentials of `role`, taken on with those of `source`. `shared` says where STS is.
Result<Credentials> assume_role(const Surroundings& surroundings, std::shared_ptr<const SharedConfig> shared,
                                ProviderPtr source, const AssumeRole& role, std::stop_token stop);

/// The same with the token of a web identity.
Result<Credentials> assume_role_with_web_identity(const Surroundings& surroundings,
                                                  std::shared_ptr<const SharedConfig> shared,
                                                  const AssumeRole& role, const Secret& token,
                                                  std::stop_token stop);

}  // namespace kinesight::aws
