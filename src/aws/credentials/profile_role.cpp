// docs.aws.amazon.com/sdkref/latest/guide/feature-assume-role-credentials.html
#include <algorithm>
#include <charconv>
#include <utility>

#include "aws/credentials/cached.h"
#include "aws/credentials/chain.h"
#include "aws/credentials/role.h"

namespace kinesight::aws {
namespace {

constexpr int kShortestSession = 900;
constexpr int kLongestSession = 43'200;

std::string text_of(const Profile& profile, std::string_view key, std::string_view otherwise = {}) {
  const Setting* setting = profile.find(key);
  return setting == nullptr ? std::string(otherwise) : setting->text();
}

bool wants_role(const Profile& profile) {
  return profile.find("role_arn") != nullptr && profile.find("web_identity_token_file") == nullptr;
}

bool has_keys(const Profile& profile) {
  return profile.find("aws_access_key_id") != nullptr || profile.find("aws_secret_access_key") != nullptr;
}

Result<int> session_seconds(const Setting& setting) {
  const std::string& text = setting.text();
  int seconds = 0;
  const auto [end, trouble] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  if (trouble == std::errc() && end == text.data() + text.size() && seconds >= kShortestSession &&
      seconds <= kLongestSession) {
    return seconds;
  }
  return fail(ErrorKind::invalid, "{}: expected duration_seconds from {} to {}, found '{}'", setting.where,
              kShortestSession, kLongestSession, shown(text));
}

Result<AssumeRole> role_of(const Profile& profile) {
  if (const Setting* mfa = profile.find("mfa_serial")) {
    return fail(
        ErrorKind::invalid,
        "{}: mfa_serial asks for a person's code, which a service cannot give; use a role that needs none",
        mfa->where);
  }
  AssumeRole role{.role_arn = text_of(profile, "role_arn"),
                  .session_name = text_of(profile, "role_session_name", kRoleSessionName),
                  .external_id = text_of(profile, "external_id")};
  if (const Setting* duration = profile.find("duration_seconds")) {
    const auto seconds = session_seconds(*duration);
    if (!seconds) return std::unexpected(seconds.error());
    role.duration_seconds = *seconds;
  }
  return role;
}

class RoleProvider final : public CredentialsProvider {
 public:
  RoleProvider(const Surroundings& surroundings, std::string profile, std::vector<std::string> on_the_way)
      : surroundings_(surroundings), profile_(std::move(profile)), on_the_way_(std::move(on_the_way)) {}

  std::string_view name() const override { return "profile's role"; }

  Result<Credentials> get(std::stop_token stop) override {
    const auto shared = surroundings_.shared_config();
    if (!shared) return std::unexpected(shared.error());
    const std::string name = profile_.empty() ? (*shared)->profile_name() : profile_;
    const Profile* profile = (*shared)->find(name);
    if (profile == nullptr || !wants_role(*profile)) {
      return fail(ErrorKind::not_found, "the profile '{}' has no role_arn", name);
    }
    const auto role = role_of(*profile);
    if (!role) return std::unexpected(role.error());
    const auto source = source_of(**shared, name, *profile);
    if (!source) return std::unexpected(source.error());
    return assume_role(surroundings_, *shared, *source, *role, std::move(stop));
  }

 private:
  Result<ProviderPtr> source_of(const SharedConfig& shared, const std::string& name,
                                const Profile& profile) const {
    const Setting* source = profile.find("source_profile");
    const Setting* place = profile.find("credential_source");
    if ((source == nullptr) == (place == nullptr)) {
      return fail(ErrorKind::invalid,
                  "{}: expected source_profile or credential_source for the role, found {}",
                  profile.find("role_arn")->where, source == nullptr ? "neither" : "both");
    }
    return place != nullptr ? named_source(*place) : source_profile(shared, name, *source);
  }

  Result<ProviderPtr> named_source(const Setting& place) const {
    const std::string& name = place.text();
    if (name == "Environment") return make_environment_provider(surroundings_.environment);
    if (name == "EcsContainer") return make_container_provider(surroundings_);
    if (name == "Ec2InstanceMetadata") return make_instance_metadata_provider(surroundings_);
    return fail(ErrorKind::invalid,
                "{}: expected credential_source Environment, EcsContainer or Ec2InstanceMetadata, found '{}'",
                place.where, shown(name));
  }

  Result<ProviderPtr> source_profile(const SharedConfig& shared, const std::string& name,
                                     const Setting& setting) const {
    const std::string& source = setting.text();
    const Profile* profile = shared.find(source);
    if (profile == nullptr) {
      return fail(ErrorKind::invalid, "{}: source_profile names the profile '{}', which is not in {}",
                  setting.where, shown(source), shared.places());
    }
    std::vector<std::string> way = on_the_way_;
    way.push_back(name);
    // A profile may name itself to hold both the role and the keys to take it on with.
    const bool itself = source == name && has_keys(*profile);
    if (std::ranges::find(way, source) != way.end() && !itself) {
      return fail(ErrorKind::invalid, "{}: source_profile goes round in a circle: {} → {}", setting.where,
                  fmt::join(way, " → "), source);
    }
    if (!has_keys(*profile) && wants_role(*profile)) return role_source(source, std::move(way));
    return std::make_shared<ProviderChain>(std::vector<ProviderPtr>{
        make_profile_web_identity_provider(surroundings_, source),
        make_profile_keys_provider(surroundings_, source), make_process_provider(surroundings_, source)});
  }

  /// Kept for as long as one call to STS takes, with its retries.
  ProviderPtr role_source(const std::string& profile, std::vector<std::string> way) const {
    return std::make_shared<CachedCredentials>(make_role_provider(surroundings_, profile, std::move(way)),
                                               *surroundings_.clock, surroundings_.note);
  }

  const Surroundings surroundings_;
  const std::string profile_;
  const std::vector<std::string> on_the_way_;
};

}  // namespace

ProviderPtr make_role_provider(const Surroundings& surroundings, std::string profile,
                               std::vector<std::string> on_the_way) {
  return std::make_shared<RoleProvider>(surroundings, std::move(profile), std::move(on_the_way));
}

}  // namespace kinesight::aws
