#include "support/fake_aws/sts.h"

#include <map>

#include "support/fake_aws/encoding.h"

namespace kinesight::support::fake {
namespace {

constexpr int kShortestSeconds = 900;
constexpr int kLongestSeconds = 43'200;

using Form = std::map<std::string, std::string>;

Form form_of(const HttpRequest& request) {
  const auto pairs = parse_query(request.body.empty() ? request.query : request.body, true);
  return Form(pairs.begin(), pairs.end());
}

void require(const Form& form, const char* name) {
  if (form.contains(name) && !form.at(name).empty()) return;
  throw ServiceError(
      400, "ValidationError",
      "1 validation error detected: Value null at '{}' failed to satisfy constraint: Member must not "
      "be null",
      name);
}

int duration_of(Form& form) {
  const std::string& text = form["DurationSeconds"];
  const int seconds = text.empty() ? 3600 : std::atoi(text.c_str());
  if (seconds >= kShortestSeconds && seconds <= kLongestSeconds) return seconds;
  throw ServiceError(
      400, "ValidationError",
      "1 validation error detected: Value '{}' at 'durationSeconds' failed to satisfy constraint: "
      "Member must have value between {} and {}",
      text, kShortestSeconds, kLongestSeconds);
}

/// arn:aws:iam::1:role/path/NAME with session S -> arn:aws:sts::1:assumed-role/NAME/S
std::string assumed_arn(const std::string& role_arn, const std::string& session) {
  return fmt::format("arn:aws:sts::{}:assumed-role/{}/{}", kAccount, role_arn.substr(role_arn.rfind('/') + 1),
                     session);
}

std::string document(const std::string& action, const std::string& result) {
  return fmt::format(
      "<{0}Response xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><{0}Result>{1}</{0}Result>"
      "<ResponseMetadata><RequestId>fake</RequestId></ResponseMetadata></{0}Response>",
      action, result);
}

std::string credentials_of(const KnownKey& key) {
  return fmt::format(
      "<Credentials><AccessKeyId>{}</AccessKeyId><SecretAccessKey>{}</SecretAccessKey><SessionToken>{}"
      "</SessionToken><Expiration>{}</Expiration></Credentials><AssumedRoleUser><Arn>{}</Arn><AssumedRoleId>"
      "AROAFAKE:session</AssumedRoleId></AssumedRoleUser>",
      key.access_key, key.secret_key, escape_xml(key.session_token), iso_date(key.expires),
      escape_xml(key.arn));
}

std::string identity_of(const std::string& arn) {
  return fmt::format("<Arn>{}</Arn><UserId>AIDAFAKE</UserId><Account>{}</Account>", escape_xml(arn),
                     kAccount);
}

}  // namespace

std::string Sts::action_of(const HttpRequest& request) { return form_of(request)["Action"]; }

HttpResponse Sts::handle(Call& call) {
  Form form = form_of(call.http);
  if (call.action == "GetCallerIdentity")
    return answer_xml(document(call.action, identity_of(call.caller_arn)));
  const bool web = call.action == "AssumeRoleWithWebIdentity";
  if (!web && call.action != "AssumeRole") {
    throw ServiceError(400, "InvalidAction", "Could not find operation {} for version 2011-06-15",
                       call.action);
  }
  require(form, "RoleArn");
  require(form, "RoleSessionName");
  if (web) require(form, "WebIdentityToken");
  const int seconds = duration_of(form);
  const std::string arn = assumed_arn(form["RoleArn"], form["RoleSessionName"]);
  return answer_xml(document(call.action, credentials_of(keys_.issue(arn, world_.now() + seconds))));
}

}  // namespace kinesight::support::fake
