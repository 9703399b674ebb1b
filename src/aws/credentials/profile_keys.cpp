// docs.aws.amazon.com/sdkref/latest/guide/feature-static-credentials.html
#include <array>
#include <utility>

#include "aws/credentials/providers.h"

namespace kinesight::aws {
namespace {

constexpr std::string_view kId = "aws_access_key_id";
constexpr std::string_view kKey = "aws_secret_access_key";
constexpr std::string_view kToken = "aws_session_token";
constexpr std::array<std::string_view, 4> kSignIns{"sso_session", "sso_start_url", "sso_account_id",
                                                   "login_session"};

const Setting* find(const Section& section, std::string_view key) {
  const auto place = section.find(key);
  return place == section.end() || place->second.value.empty() ? nullptr : &place->second;
}

/// An id and a key of two files are not a pair, so each file stands for itself.
Result<Credentials> keys_of(const Section& section, const std::string& profile) {
  const Setting* id = find(section, kId);
  if (id == nullptr) return fail(ErrorKind::not_found, "the profile '{}' has no {}", profile, kId);
  const Setting* key = find(section, kKey);
  if (key == nullptr) {
    return fail(ErrorKind::invalid, "{}: the profile '{}' has {} and no {} beside it; add it", id->where,
                profile, kId, kKey);
  }
  const Setting* token = find(section, kToken);
  return Credentials{.access_key_id = id->text(),
                     .secret_access_key = key->value,
                     .session_token = token == nullptr ? Secret() : token->value,
                     .expires_at = {},
                     .source = fmt::format("profile '{}'", profile)};
}

Result<Credentials> refuse_sign_in(const Profile& profile, const std::string& name) {
  for (const std::string_view key : kSignIns) {
    if (const Setting* setting = profile.find(key)) {
      return fail(
          ErrorKind::invalid,
          "{}: the profile '{}' asks for a person to sign in ({}), which a service cannot; use a role, or "
          "export keys with `aws configure export-credentials --profile {}`",
          setting->where, name, key, name);
    }
  }
  return fail(ErrorKind::not_found, "the profile '{}' has no {}", name, kId);
}

class ProfileKeysProvider final : public CredentialsProvider {
 public:
  ProfileKeysProvider(const Surroundings& surroundings, std::string profile)
      : surroundings_(surroundings), profile_(std::move(profile)) {}

  std::string_view name() const override { return "profile"; }

  Result<Credentials> get(std::stop_token) override {
    const auto shared = surroundings_.shared_config();
    if (!shared) return std::unexpected(shared.error());
    const std::string& name = profile_.empty() ? (*shared)->profile_name() : profile_;
    const Profile* profile = (*shared)->find(name);
    if (profile == nullptr) {
      return fail(ErrorKind::not_found, "there is no profile '{}'; looked in {}", name, (*shared)->places());
    }
    for (const Section* section : {&profile->credentials, &profile->config}) {
      auto keys = keys_of(*section, name);
      if (keys || keys.error().kind != ErrorKind::not_found) return keys;
    }
    return refuse_sign_in(*profile, name);
  }

 private:
  const Surroundings surroundings_;
  const std::string profile_;
};

}  // namespace

ProviderPtr make_profile_keys_provider(const Surroundings& surroundings, std::string profile) {
  return std::make_shared<ProfileKeysProvider>(surroundings, std::move(profile));
}

}  // namespace kinesight::aws
