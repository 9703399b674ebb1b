#include "aws/credentials/answer.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "aws/credentials/expiration.h"

namespace kinesight::aws {
namespace {

using nlohmann::json;

/// The text of a field; empty when it is absent.
std::string_view text_at(const json& object, std::string_view name) {
  const auto field = object.find(name);
  if (field == object.end() || !field->is_string()) return {};
  return field->get_ref<const std::string&>();
}

/// A code is one word; anything else may be what it should not.
std::string_view shown_code(std::string_view code) {
  const bool word =
      code.size() <= 64 && std::ranges::all_of(code, [](unsigned char c) { return std::isalnum(c); });
  return word ? code : "that is no word";
}

Result<> check_kind(const json& object, const AnswerForm& form) {
  if (form.has_code && object.contains("Code") && text_at(object, "Code") != "Success") {
    return fail(ErrorKind::denied, "it refused with the code {}", shown_code(text_at(object, "Code")));
  }
  if (form.has_version && object.value("Version", json()) != 1) {
    return fail(ErrorKind::corrupt, "expected Version 1 in its answer, found another or none");
  }
  return {};
}

}  // namespace

Result<Credentials> read_answer(std::string_view text, const AnswerForm& form) {
  const json object = json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (!object.is_object()) return fail(ErrorKind::corrupt, "expected a JSON object, found something else");
  if (auto good = check_kind(object, form); !good) return std::unexpected(good.error());

  std::vector<std::string_view> required{"AccessKeyId", "SecretAccessKey"};
  if (form.must_expire) required.insert(required.end(), {form.token, "Expiration"});
  for (const std::string_view name : required) {
    if (text_at(object, name).empty()) {
      return fail(ErrorKind::corrupt, "expected {} in its answer, found none", name);
    }
  }
  Credentials credentials{.access_key_id = std::string(text_at(object, "AccessKeyId")),
                          .secret_access_key = Secret(text_at(object, "SecretAccessKey")),
                          .session_token = Secret(text_at(object, form.token)),
                          .expires_at = {},
                          .source = {}};
  if (const std::string_view time = text_at(object, "Expiration"); !time.empty()) {
    const auto expires_at = parse_expiration(time);
    if (!expires_at) return fail(ErrorKind::corrupt, "Expiration: {}", expires_at.error().message);
    credentials.expires_at = *expires_at;
  }
  return credentials;
}

}  // namespace kinesight::aws
