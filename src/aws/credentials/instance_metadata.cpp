// docs.aws.amazon.com/sdkref/latest/guide/feature-imds-credentials.html. Version 2 alone: version 1 would
// hand the keys to whoever makes this machine send a GET.
#include <algorithm>
#include <mutex>
#include <utility>

#include "aws/credentials/answer.h"
#include "aws/credentials/local_fetch.h"
#include "aws/credentials/providers.h"
#include "base/rng.h"
#include "net/url.h"

namespace kinesight::aws {
namespace {

constexpr std::string_view kTokenSeconds = "21600";
constexpr std::string_view kRoles = "/latest/meta-data/iam/security-credentials/";
constexpr Patience kPatience{};

/// A role's name becomes part of a path (IAM: letters, digits and +=,.@-_).
bool is_role(std::string_view name) {
  const auto good = [](unsigned char c) {
    return std::isalnum(c) != 0 || std::string_view("+=,.@-_").contains(static_cast<char>(c));
  };
  return !name.empty() && name.size() <= 64 && std::ranges::all_of(name, good);
}

std::string first_line(std::string_view text) {
  text = text.substr(0, text.find_first_of("\r\n"));
  return std::string(text);
}

class InstanceMetadataProvider final : public CredentialsProvider {
 public:
  explicit InstanceMetadataProvider(const Surroundings& surroundings) : surroundings_(surroundings) {}

  std::string_view name() const override { return "IMDS"; }

  Result<Credentials> get(std::stop_token stop) override {
    const auto shared = surroundings_.shared_config();
    if (!shared) return std::unexpected(shared.error());
    const auto disabled = find_switch(surroundings_.environment, nullptr, "AWS_EC2_METADATA_DISABLED", "");
    if (!disabled) return std::unexpected(disabled.error());
    if (*disabled) return fail(ErrorKind::not_found, "AWS_EC2_METADATA_DISABLED is true");
    const auto base = address(**shared);
    if (!base) return std::unexpected(base.error());

    const auto token = session_token(*base, stop);
    if (!token) return std::unexpected(token.error());
    const auto role = role_name(*base, *token, stop);
    if (!role) return std::unexpected(role.error());
    const auto answer = ask(*base + std::string(kRoles) + *role, *token, stop);
    if (!answer) return std::unexpected(answer.error());
    auto credentials = read_answer(answer->body, {.has_code = true});
    if (!credentials) return credentials;
    credentials->source = fmt::format("IMDS (role {})", *role);
    extend(*credentials);
    return credentials;
  }

 private:
  Result<std::string> address(const SharedConfig& shared) const {
    auto found = find_setting(surroundings_.environment, &shared, "AWS_EC2_METADATA_SERVICE_ENDPOINT",
                              "ec2_metadata_service_endpoint");
    if (found) {
      if (const auto url = net::parse_url(found->value); !url) return wrap(url.error(), found->where);
      while (found->value.ends_with('/')) found->value.pop_back();
      return std::move(found->value);
    }
    const auto mode =
        find_setting(surroundings_.environment, &shared, "AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE",
                     "ec2_metadata_service_endpoint_mode");
    const auto is = [&](std::string_view name) {
      return std::ranges::equal(mode->value, name,
                                [](unsigned char a, unsigned char b) { return std::tolower(a) == b; });
    };
    if (!mode || is("ipv4")) return "http://169.254.169.254";
    if (is("ipv6")) return "http://[fd00:ec2::254]";
    return fail(ErrorKind::invalid, "{}: expected IPv4 or IPv6, found '{}'", mode->where, shown(mode->value));
  }

  /// Of the metadata service, not of AWS.
  Result<Secret> session_token(const std::string& base, std::stop_token stop) const {
    LocalRequest request{.method = "PUT",
                         .url = base + "/latest/api/token",
                         .headers = {{"x-aws-ec2-metadata-token-ttl-seconds", std::string(kTokenSeconds)}}};
    const auto answer = fetch_locally(surroundings_, std::move(request), kPatience, std::move(stop));
    if (!answer) {
      if (answer.error().kind == ErrorKind::cancelled) return std::unexpected(answer.error());
      return fail(ErrorKind::not_found,
                  "no answer, so this is no EC2 instance, or a container on one whose hop limit is 1 ({})",
                  answer.error().message);
    }
    const std::string token = first_line(answer->body);
    if (answer->status == 200 && !token.empty()) return Secret(token);
    return fail(ErrorKind::not_found, "expected a session token, found HTTP {}{}", answer->status,
                answer->status == 200 ? " without one" : "");
  }

  Result<std::string> role_name(const std::string& base, const Secret& token, std::stop_token stop) const {
    const auto answer = ask(base + std::string(kRoles), token, std::move(stop));
    if (!answer) return std::unexpected(answer.error());
    std::string role = first_line(answer->body);
    if (is_role(role)) return role;
    return fail(ErrorKind::corrupt, "expected the name of the instance's role, found something else");
  }

  Result<net::Response> ask(std::string url, const Secret& token, std::stop_token stop) const {
    LocalRequest request{.url = std::move(url), .headers = {{"x-aws-ec2-metadata-token", token.reveal()}}};
    auto answer = fetch_locally(surroundings_, std::move(request), kPatience, std::move(stop));
    if (!answer || answer->status == 200) return answer;
    if (answer->status == 404) return fail(ErrorKind::not_found, "the instance has no role");
    return fail(ErrorKind::unavailable, "expected HTTP 200, found {}", answer->status);
  }

  /// IMDS hands out expired credentials while the service behind it is down, and AWS takes them then ("static
  /// stability" in the AWS SDKs): they are used, and asked for again in 5 to 10 minutes.
  void extend(Credentials& credentials) {
    const double now = surroundings_.clock->wall_seconds();
    if (*credentials.expires_at > now) return;
    std::lock_guard lock(mutex_);
    credentials.expires_at = now + rng_.uniform(5 * 60, 10 * 60);
    surroundings_.note(
        "IMDS hands out AWS credentials that have expired; they are used until it has others, because AWS "
        "may "
        "take them while its credentials service is down");
  }

  const Surroundings surroundings_;
  std::mutex mutex_;
  Rng rng_ = Rng::from_entropy();
};

}  // namespace

ProviderPtr make_instance_metadata_provider(const Surroundings& surroundings) {
  return std::make_shared<InstanceMetadataProvider>(surroundings);
}

}  // namespace kinesight::aws
