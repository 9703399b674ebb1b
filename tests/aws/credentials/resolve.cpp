// For tests/reference/test_profiles.py: reads one JSON object of environment variables a line and says what
// the product makes of it, as one JSON object a line, endpoints in TEST_REGION (us-east-1): {"region": …,
// "endpoints": {service: …}, "keys": [id, key, token], "failed": [what did not resolve]}.
#include <iostream>
#include <nlohmann/json.hpp>
#include <string>

#include "aws/config/endpoint.h"
#include "aws/config/region.h"
#include "aws/credentials/chain.h"

namespace {

using namespace kinesight;
using nlohmann::json;

/// STS, as far as it shows whom it was asked by: the role's name becomes the access key id, and who asked the
/// session token.
class RoleNamingTransport final : public net::Transport {
 public:
  std::expected<net::Response, net::Failure> send(const net::Request& request, std::stop_token) override {
    if (!request.body.contains("Action=")) {
      return std::unexpected(net::Failure{{ErrorKind::unavailable, "no connection"}, false});
    }
    const std::string who = "asked by " + caller(request);
    const std::string action = field(request.body, "Action");
    const std::string token =
        who + " for " + field(request.body, "RoleSessionName") + " " + field(request.body, "ExternalId");
    return net::Response{200,
                         {},
                         "<R><" + action + "Result><Credentials><AccessKeyId>" +
                             field(request.body, "RoleArn") + "</AccessKeyId><SecretAccessKey>" + action +
                             "</SecretAccessKey><SessionToken>" + token +
                             "</SessionToken><Expiration>2099-01-01T00:00:00Z</Expiration></Credentials></" +
                             action + "Result></R>"};
  }

 private:
  static std::string between(std::string_view text, std::string_view begin, std::string_view end) {
    const auto from = text.find(begin);
    if (from == text.npos) return "";
    text.remove_prefix(from + begin.size());
    return std::string(text.substr(0, text.find_first_of(end)));
  }
  static std::string field(std::string_view body, const std::string& name) {
    return between(body, name + "=", "&");
  }
  static std::string caller(const net::Request& request) {
    const auto* authorization = net::find(request.headers, "Authorization");
    return authorization ? between(*authorization, "Credential=", "/") : "nobody";
  }
};

json resolve(const config::Environment& environment) {
  json result{{"failed", json::array()}};
  const auto shared = aws::SharedConfig::load(environment);
  if (!shared) return {{"failed", {"load"}}, {"why", shared.error().message}};

  const std::string there = aws::variable(environment, "TEST_REGION").value_or("us-east-1");
  const auto region = aws::resolve_region(environment, &*shared, "");
  if (region) result["region"] = *region;
  for (const aws::Service service : {aws::Service{"Kinesis", "kinesis", "kinesis"},
                                     {"S3", "s3", "s3"},
                                     {"STS", "sts", "sts"},
                                     {"DynamoDB", "dynamodb", "dynamodb"},
                                     {"Kinesis Video", "kinesisvideo", "kinesisvideo"}}) {
    const auto endpoint = aws::resolve_endpoint(environment, &*shared, service, there, "");
    if (!endpoint) result["failed"].push_back(service.id);
    if (endpoint) result["endpoints"][service.id] = endpoint->url;
  }

  aws::Surroundings surroundings;
  surroundings.environment = environment;
  surroundings.transport = surroundings.local_transport = std::make_shared<RoleNamingTransport>();
  surroundings.clock = &Clock::system();
  const auto credentials = aws::make_default_chain(surroundings)->get({});
  if (credentials) {
    result["keys"] = {credentials->access_key_id, credentials->secret_access_key.reveal(),
                      credentials->session_token.reveal()};
  } else {
    result["why"] = credentials.error().message;
    if (credentials.error().kind != ErrorKind::not_found) result["failed"].push_back("credentials");
  }
  return result;
}

}  // namespace

int main() {
  for (std::string line; std::getline(std::cin, line);) {
    const json variables = json::parse(line);
    const auto environment = [&](const std::string& name) -> std::optional<std::string> {
      const auto variable = variables.find(name);
      if (variable == variables.end()) return std::nullopt;
      return variable->get<std::string>();
    };
    std::cout << resolve(environment).dump() << std::endl;
  }
}
