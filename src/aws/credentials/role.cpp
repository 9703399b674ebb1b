#include "aws/credentials/role.h"

#include <utility>

#include "aws/session.h"

namespace kinesight::aws {
namespace {

/// A session of its own: STS is called with other credentials than the session that wants the role.
std::unique_ptr<Session> session_for(const Surroundings& surroundings,
                                     std::shared_ptr<const SharedConfig> shared, ProviderPtr credentials) {
  return std::make_unique<Session>(Session::Parts{.transport = surroundings.transport,
                                                  .credentials = std::move(credentials),
                                                  .environment = surroundings.environment,
                                                  .retry = surroundings.retry,
                                                  .shared_config = std::move(shared)},
                                   *surroundings.clock);
}

/// STS quotes what it does not accept, so nothing but what looks like a role goes there.
Result<> check(const AssumeRole& role) {
  for (const std::string& text : {role.role_arn, role.session_name, role.external_id}) {
    if (shown(text) != text) {
      return fail(ErrorKind::invalid,
                  "expected role_arn, role_session_name and external_id in one line each");
    }
  }
  return {};
}

/// A role that is not there must not look like a place without credentials: the chain would go on to others.
Result<Credentials> finish(CallResult<Credentials> credentials, const AssumeRole& role) {
  auto result = plain(std::move(credentials));
  if (result) {
    result->source = "role " + role.role_arn;
  } else if (result.error().kind == ErrorKind::not_found) {
    result.error().kind = ErrorKind::invalid;
  }
  return result;
}

}  // namespace

Result<Credentials> assume_role(const Surroundings& surroundings, std::shared_ptr<const SharedConfig> shared,
                                ProviderPtr source, const AssumeRole& role, std::stop_token stop) {
  if (auto good = check(role); !good) return std::unexpected(good.error());
  const auto session = session_for(surroundings, std::move(shared), std::move(source));
  const auto sts = Sts::make(*session, {});
  if (!sts) return std::unexpected(sts.error());
  return finish(sts->assume_role(role, std::move(stop)), role);
}

Result<Credentials> assume_role_with_web_identity(const Surroundings& surroundings,
                                                  std::shared_ptr<const SharedConfig> shared,
                                                  const AssumeRole& role, const Secret& token,
                                                  std::stop_token stop) {
  if (auto good = check(role); !good) return std::unexpected(good.error());
  const auto session = session_for(surroundings, std::move(shared), nullptr);
  const auto sts = Sts::make(*session, {});
  if (!sts) return std::unexpected(sts.error());
  return finish(sts->assume_role_with_web_identity(role, token, std::move(stop)), role);
}

}  // namespace kinesight::aws
