// docs.aws.amazon.com/sdkref/latest/guide/feature-container-credentials.html
#include <algorithm>
#include <array>
#include <utility>

#include "aws/credentials/answer.h"
#include "aws/credentials/local_fetch.h"
#include "aws/credentials/providers.h"
#include "aws/credentials/token_file.h"
#include "net/url.h"

namespace kinesight::aws {
namespace {

constexpr Patience kPatience{
    .timeout = std::chrono::seconds(2), .attempts = 3, .pause = std::chrono::seconds(1)};

bool is_ipv4_loopback(std::string_view host) {
  return host.starts_with("127.") && std::ranges::count(host, '.') == 3 &&
         host.find_first_not_of("0123456789.") == host.npos;
}

/// Who may hand out credentials over plain HTTP: this machine, and the agents of ECS and EKS.
bool is_trusted(const net::Url& url) {
  constexpr std::array<std::string_view, 5> kAgents{"169.254.170.2", "169.254.170.23", "[fd00:ec2::23]",
                                                    "localhost", "[::1]"};
  return url.scheme == "https" || is_ipv4_loopback(url.host) ||
         std::ranges::find(kAgents, url.host) != kAgents.end();
}

class ContainerProvider final : public CredentialsProvider {
 public:
  explicit ContainerProvider(const Surroundings& surroundings) : surroundings_(surroundings) {}

  std::string_view name() const override { return "container"; }

  Result<Credentials> get(std::stop_token stop) override {
    auto url = address();
    if (!url) return std::unexpected(url.error());
    const auto token = authorization();
    if (!token) return std::unexpected(token.error());
    LocalRequest request{.url = std::move(*url), .headers = {{"Accept", "application/json"}}};
    if (!token->empty()) request.headers.push_back({"Authorization", token->reveal()});
    const auto answer = fetch_locally(surroundings_, std::move(request), kPatience, std::move(stop));
    if (!answer) return std::unexpected(answer.error());
    if (answer->status != 200) {
      const bool refused = answer->status == 401 || answer->status == 403;
      return fail(refused ? ErrorKind::denied : ErrorKind::unavailable, "expected HTTP 200, found {}",
                  answer->status);
    }
    auto credentials = read_answer(answer->body, {});
    if (credentials) credentials->source = "container";
    return credentials;
  }

 private:
  Result<std::string> address() const {
    constexpr std::string_view kRelative = "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI";
    constexpr std::string_view kFull = "AWS_CONTAINER_CREDENTIALS_FULL_URI";
    if (const auto path = variable(surroundings_.environment, std::string(kRelative))) {
      if (path->starts_with('/')) return "http://169.254.170.2" + *path;
      return fail(ErrorKind::invalid, "{}: expected a path that begins with /", kRelative);
    }
    auto text = variable(surroundings_.environment, std::string(kFull));
    if (!text) return fail(ErrorKind::not_found, "neither {} nor {} is set", kRelative, kFull);
    const auto url = net::parse_url(*text);
    if (!url) return wrap(url.error(), kFull);
    if (is_trusted(*url)) return std::move(*text);
    return fail(ErrorKind::invalid,
                "{}: expected https, or http to this machine or to the agent of ECS or EKS, found http to {}",
                kFull, url->host);
  }

  /// Empty when none is asked for. Read anew each time: EKS renews its token in place.
  Result<Secret> authorization() const {
    const std::string kFile = "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE";
    if (const auto path = variable(surroundings_.environment, kFile)) return read_token_file({*path, kFile});
    Secret token(variable(surroundings_.environment, "AWS_CONTAINER_AUTHORIZATION_TOKEN").value_or(""));
    if (token.reveal().find_first_of("\r\n") == std::string::npos) return token;
    return fail(ErrorKind::invalid, "AWS_CONTAINER_AUTHORIZATION_TOKEN: expected one line, found several");
  }

  const Surroundings surroundings_;
};

}  // namespace

ProviderPtr make_container_provider(const Surroundings& surroundings) {
  return std::make_shared<ContainerProvider>(surroundings);
}

}  // namespace kinesight::aws
