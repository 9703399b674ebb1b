#include "support/fake_aws/metadata.h"

#include <nlohmann/json.hpp>

#include "support/fake_aws/encoding.h"

namespace kinesight::support::fake {
namespace {

using Json = nlohmann::json;

constexpr std::string_view kToken = "fake-imds-token";
constexpr std::string_view kTokenPath = "/latest/api/token";
constexpr std::string_view kRoles = "/latest/meta-data/iam/security-credentials/";
constexpr std::string_view kRegionPath = "/latest/meta-data/placement/region";

HttpResponse answer_text(std::string_view text) {
  HttpResponse response;
  response.headers.emplace("Content-Type", "text/plain");
  response.body = text;
  return response;
}

Json json_of(const KnownKey& key) {
  return {{"AccessKeyId", key.access_key},
          {"SecretAccessKey", key.secret_key},
          {"Token", key.session_token},
          {"Expiration", iso_date(key.expires)}};
}

}  // namespace

std::string Metadata::service_of(const std::string& path) {
  if (path.starts_with("/latest/")) return "imds";
  // ECS's path and EKS pod identity's. No bucket has so short a name.
  return path.starts_with("/v1/credentials") || path.starts_with("/v2/credentials") ? "container" : "";
}

std::string Metadata::action_of(const HttpRequest& request) {
  if (request.path == kTokenPath) return "GetToken";
  if (request.path == kRoles || request.path + '/' == kRoles) return "GetRole";
  return request.path == kRegionPath ? "GetRegion" : "GetCredentials";
}

HttpResponse Metadata::handle(Call& call) {
  return call.service == "imds" ? instance(call) : container(call);
}

HttpResponse Metadata::instance(const Call& call) {
  const HttpRequest& request = call.http;
  if (call.action == "GetToken") {
    const std::string& ttl = request.header("X-aws-ec2-metadata-token-ttl-seconds");
    if (request.method != "PUT" || ttl.empty()) throw ServiceError(400, "BadRequest", "");
    HttpResponse response = answer_text(kToken);
    response.headers.emplace("X-aws-ec2-metadata-token-ttl-seconds", ttl);
    return response;
  }
  if (request.header("X-aws-ec2-metadata-token") != kToken) throw ServiceError(401, "Unauthorized", "");
  if (call.action == "GetRole") return answer_text(kInstanceRole);
  if (call.action == "GetRegion") return answer_text(kRegion);
  if (request.path != fmt::format("{}{}", kRoles, kInstanceRole)) throw ServiceError(404, "NotFound", "");
  Json json = json_of(keys_.issue(fmt::format("arn:aws:sts::{}:assumed-role/{}/i-0", kAccount, kInstanceRole),
                                  world_.now() + options_.credential_seconds));
  json["Code"] = "Success";
  json["Type"] = "AWS-HMAC";
  json["LastUpdated"] = iso_date(world_.now());
  return answer_text(json.dump());
}

HttpResponse Metadata::container(const Call& call) {
  const std::string& wanted = options_.container_token;
  if (!wanted.empty() && call.http.header("Authorization") != wanted) {
    throw ServiceError(401, "Unauthorized", "The Authorization header is not the one that was given out.");
  }
  const std::string arn = fmt::format("arn:aws:sts::{}:assumed-role/fake-task-role/task", kAccount);
  return answer_json(json_of(keys_.issue(arn, world_.now() + options_.credential_seconds)).dump());
}

}  // namespace kinesight::support::fake
