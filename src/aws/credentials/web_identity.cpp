// docs.aws.amazon.com/sdkref/latest/guide/feature-assume-role-credentials.html; IAM roles for service
// accounts in EKS.
#include <utility>

#include "aws/credentials/role.h"
#include "aws/credentials/token_file.h"

namespace kinesight::aws {
namespace {

class WebIdentityProvider final : public CredentialsProvider {
 public:
  /// `profile` empty: the environment, then the profile in use.
  WebIdentityProvider(const Surroundings& surroundings, std::string profile)
      : surroundings_(surroundings), profile_(std::move(profile)) {}

  std::string_view name() const override { return "web identity"; }

  Result<Credentials> get(std::stop_token stop) override {
    const auto shared = surroundings_.shared_config();
    if (!shared) return std::unexpected(shared.error());
    const auto find = [&](const std::string& variable_name, std::string_view key) {
      return look_up(**shared, variable_name, key);
    };
    const auto file = find("AWS_WEB_IDENTITY_TOKEN_FILE", "web_identity_token_file");
    if (!file) {
      return fail(ErrorKind::not_found,
                  "neither AWS_WEB_IDENTITY_TOKEN_FILE nor web_identity_token_file is set");
    }
    const auto arn = find("AWS_ROLE_ARN", "role_arn");
    if (!arn) {
      return fail(ErrorKind::invalid, "{} is set, and there is no role for it; set AWS_ROLE_ARN or role_arn",
                  file->where);
    }
    const auto session = find("AWS_ROLE_SESSION_NAME", "role_session_name");
    const AssumeRole role{.role_arn = arn->value,
                          .session_name = session ? session->value : std::string(kRoleSessionName),
                          .external_id = {}};
    // Read anew each time: who issues it renews it in place.
    const auto token = read_token_file(*file);
    if (!token) return std::unexpected(token.error());
    return assume_role_with_web_identity(surroundings_, *shared, role, *token, std::move(stop));
  }

 private:
  std::optional<Found> look_up(const SharedConfig& shared, const std::string& variable_name,
                               std::string_view key) const {
    if (profile_.empty()) return find_setting(surroundings_.environment, &shared, variable_name, key);
    const Profile* profile = shared.find(profile_);
    const Setting* setting = profile == nullptr ? nullptr : profile->find(key);
    if (setting == nullptr) return std::nullopt;
    return Found{setting->text(), setting->where};
  }

  const Surroundings surroundings_;
  const std::string profile_;
};

}  // namespace

ProviderPtr make_web_identity_provider(const Surroundings& surroundings) {
  return std::make_shared<WebIdentityProvider>(surroundings, std::string());
}

ProviderPtr make_profile_web_identity_provider(const Surroundings& surroundings, std::string profile) {
  return std::make_shared<WebIdentityProvider>(surroundings, std::move(profile));
}

}  // namespace kinesight::aws
