// docs.aws.amazon.com/sdkref/latest/guide/feature-static-credentials.html
#include <utility>

#include "aws/credentials/expiration.h"
#include "aws/credentials/providers.h"

namespace kinesight::aws {
namespace {

class EnvironmentProvider final : public CredentialsProvider {
 public:
  explicit EnvironmentProvider(config::Environment environment) : environment_(std::move(environment)) {}

  std::string_view name() const override { return "environment"; }

  Result<Credentials> get(std::stop_token) override {
    const auto id = variable(environment_, "AWS_ACCESS_KEY_ID");
    const auto key = variable(environment_, "AWS_SECRET_ACCESS_KEY");
    if (!id) return fail(ErrorKind::not_found, "AWS_ACCESS_KEY_ID is not set");
    if (!key) {
      return fail(ErrorKind::invalid,
                  "AWS_ACCESS_KEY_ID is set and AWS_SECRET_ACCESS_KEY is not; set both or neither");
    }
    Credentials credentials{.access_key_id = *id,
                            .secret_access_key = Secret(*key),
                            .session_token = Secret(variable(environment_, "AWS_SESSION_TOKEN").value_or("")),
                            .expires_at = {},
                            .source = "environment"};
    if (const auto text = variable(environment_, "AWS_CREDENTIAL_EXPIRATION")) {
      const auto expires_at = parse_expiration(*text);
      if (!expires_at) return wrap(expires_at.error(), "AWS_CREDENTIAL_EXPIRATION");
      credentials.expires_at = *expires_at;
    }
    return credentials;
  }

 private:
  const config::Environment environment_;
};

}  // namespace

ProviderPtr make_environment_provider(config::Environment environment) {
  return std::make_shared<EnvironmentProvider>(std::move(environment));
}

}  // namespace kinesight::aws
