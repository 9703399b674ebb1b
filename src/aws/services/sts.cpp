#include "aws/services/sts.h"

#include <utility>
#include <vector>

#include "aws/credentials/expiration.h"
#include "aws/xml.h"
#include "net/url.h"

namespace kinesight::aws {
namespace {

constexpr Service kSts{.id = "STS", .signing_name = "sts", .host_prefix = "sts"};
constexpr std::string_view kVersion = "2011-06-15";

using Fields = std::vector<std::pair<std::string_view, std::string_view>>;

/// The query protocol: fields as in an HTML form, values percent-encoded.
std::string form(std::string_view action, const Fields& fields) {
  std::string body = fmt::format("Action={}&Version={}", action, kVersion);
  for (const auto& [name, value] : fields) {
    body += fmt::format("&{}={}", name, net::percent_encode(value));
  }
  return body;
}

CallError unreadable(std::string_view action, std::string_view why) {
  CallError error;
  error.error = {ErrorKind::corrupt, fmt::format("STS {}: cannot read the answer: {}", action, why)};
  error.status = 200;
  return error;
}

/// Sends and returns the root of the answer.
CallResult<XmlElement> send(const Client& client, Call call, const Fields& fields, std::stop_token stop) {
  const Secret body(form(call.action, fields));
  call.headers = {{"Content-Type", "application/x-www-form-urlencoded; charset=utf-8"}};
  call.body = body.reveal();
  call.max_response_bytes = 256 * 1024;
  auto answer = client.call(call, std::move(stop));
  if (!answer) return std::unexpected(std::move(answer.error()));
  auto root = parse_xml(answer->body);
  if (!root) return std::unexpected(unreadable(call.action, root.error().message));
  return std::move(*root);
}

Fields fields_of(const AssumeRole& role, const std::string& duration) {
  Fields fields{
      {"RoleArn", role.role_arn}, {"RoleSessionName", role.session_name}, {"DurationSeconds", duration}};
  if (!role.external_id.empty()) fields.emplace_back("ExternalId", role.external_id);
  return fields;
}

CallResult<Credentials> credentials_in(const XmlElement& root, std::string_view action) {
  const XmlElement* found = root.find(fmt::format("{}Result/Credentials", action));
  if (found == nullptr) return std::unexpected(unreadable(action, "expected Credentials, found none"));
  for (const std::string_view name : {"AccessKeyId", "SecretAccessKey", "SessionToken"}) {
    if (found->text_at(name).empty()) {
      return std::unexpected(unreadable(action, fmt::format("expected {}, found none", name)));
    }
  }
  const auto expires_at = parse_expiration(found->text_at("Expiration"));
  if (!expires_at) return std::unexpected(unreadable(action, "Expiration: " + expires_at.error().message));
  return Credentials{.access_key_id = std::string(found->text_at("AccessKeyId")),
                     .secret_access_key = Secret(found->text_at("SecretAccessKey")),
                     .session_token = Secret(found->text_at("SessionToken")),
                     .expires_at = *expires_at,
                     .source = "STS"};
}

}  // namespace

Result<Sts> Sts::make(Session& session, const ClientOptions& options) {
  auto client = Client::make(session, kSts, {.errors = Protocol::ErrorFormat::xml}, options);
  if (!client) return std::unexpected(client.error());
  return Sts(std::move(*client));
}

CallResult<Credentials> Sts::assume_role(const AssumeRole& role, std::stop_token stop) const {
  const std::string duration = std::to_string(role.duration_seconds);
  Call call;
  call.action = "AssumeRole";
  const auto root = send(client_, call, fields_of(role, duration), std::move(stop));
  if (!root) return std::unexpected(root.error());
  return credentials_in(*root, call.action);
}

CallResult<Credentials> Sts::assume_role_with_web_identity(const AssumeRole& role, const Secret& token,
                                                           std::stop_token stop) const {
  const std::string duration = std::to_string(role.duration_seconds);
  Call call;
  call.action = "AssumeRoleWithWebIdentity";
  call.unsigned_request = true;
  call.secret = token.reveal();
  Fields fields = fields_of(role, duration);
  fields.emplace_back("WebIdentityToken", token.reveal());
  const auto root = send(client_, call, fields, std::move(stop));
  if (!root) return std::unexpected(root.error());
  return credentials_in(*root, call.action);
}

CallResult<Identity> Sts::caller_identity(std::stop_token stop) const {
  Call call;
  call.action = "GetCallerIdentity";
  const auto root = send(client_, call, {}, std::move(stop));
  if (!root) return std::unexpected(root.error());
  const XmlElement* found = root->find("GetCallerIdentityResult");
  if (found == nullptr || found->text_at("Arn").empty()) {
    return std::unexpected(unreadable(call.action, "expected an Arn, found none"));
  }
  return Identity{.account = std::string(found->text_at("Account")),
                  .arn = std::string(found->text_at("Arn"))};
}

}  // namespace kinesight::aws
