#include "aws/error_answer.h"

#include <algorithm>
#include <cctype>
#include <nlohmann/json.hpp>

#include "aws/advice.h"
#include "aws/cbor.h"
#include "aws/xml.h"

namespace kinesight::aws {
namespace {

using nlohmann::json;

constexpr std::size_t kMaxErrorBytes = 64 * 1024;  // More than any error of AWS; a page of some proxy, then.
constexpr std::size_t kMaxMessage = 400;
constexpr std::size_t kMaxIdentifier = 128;

/// "aws.protocol#ThrottlingException:http://…" without what decorates it.
std::string_view bare_code(std::string_view code) {
  code = code.substr(0, code.find(':'));
  return code.substr(code.rfind('#') + 1);
}

std::string_view header(const net::Response& response, std::string_view name) {
  const std::string* value = net::find(response.headers, name);
  return value ? std::string_view(*value) : std::string_view();
}

/// The string under the first of `names` that is there.
std::string text_of(const json& object, std::initializer_list<const char*> names) {
  for (const char* name : names) {
    const auto member = object.find(name);
    if (member != object.end() && member->is_string()) return member->get<std::string>();
  }
  return {};
}

/// Parses an object's own strings. What is nested goes unread: of it an error says nothing, and deep nesting
/// would cost stack.
json shallow_object(std::string_view body) {
  const json::parser_callback_t own_members_only = [](int depth, json::parse_event_t event, json&) {
    const bool container =
        event == json::parse_event_t::object_start || event == json::parse_event_t::array_start;
    return depth == 0 || !container;
  };
  json object = json::parse(body, own_members_only, /*allow_exceptions=*/false);
  return object.is_object() ? object : json::object();
}

/// The same of CBOR, in which a request that came in it is refused.
json shallow_map(std::string_view body) {
  json object = json::object();
  cbor::Reader reader(body);
  auto map = reader.enter_map();
  while (map && reader.next_in(*map)) {
    const std::string name(reader.text().value_or(""));
    if (!reader.at_text())
      reader.skip();
    else if (const auto text = reader.text())
      object[name] = *text;
  }
  return object;
}

void read_json(const net::Response& response, ServiceError& said) {
  const json body =
      cbor::looks_like_map(response.body) ? shallow_map(response.body) : shallow_object(response.body);
  std::string_view code = header(response, "x-amzn-ErrorType");
  if (code.empty()) code = header(response, "x-amz-ErrorType");
  const std::string in_body = text_of(body, {"__type", "code", "Code"});
  if (code.empty()) code = in_body;
  said.code = bare_code(code);
  said.message = text_of(body, {"message", "Message", "errorMessage"});
}

void read_xml(const net::Response& response, ServiceError& said) {
  const auto root = parse_xml(response.body);
  if (!root) return;
  // S3 answers <Error>; the query protocol <ErrorResponse><Error>, with the request's id beside it.
  const XmlElement* error = root->name == "Error" ? &*root : root->find("Error");
  if (!error) return;
  said.code = error->text_at("Code");
  said.message = error->text_at("Message");
  if (said.request_id.empty()) said.request_id = error->text_at("RequestId");
  if (said.request_id.empty()) said.request_id = root->text_at("RequestId");
}

std::string without(std::string text, const std::vector<std::string_view>& secrets) {
  for (const std::string_view secret : secrets) {
    if (secret.empty()) continue;
    for (auto at = text.find(secret); at != std::string::npos; at = text.find(secret, at))
      text.replace(at, secret.size(), "***");
  }
  return text;
}

/// `text` to its first line's end, without control characters, not too long. Beyond the first line AWS quotes
/// the request: a wrong signature is explained with all that was signed.
std::string one_line(std::string_view text) {
  std::string line(text.substr(0, text.find('\n')));
  std::ranges::replace_if(line, [](unsigned char c) { return c < ' ' || c == 0x7f; }, ' ');
  if (line.size() > kMaxMessage) {
    auto end = kMaxMessage;
    while (end > 0 && (static_cast<unsigned char>(line[end]) & 0xc0) == 0x80)
      --end;  // Not inside a character.
    line.replace(end, std::string::npos, "…");
  }
  while (line.ends_with(' ') || line.ends_with('.')) line.pop_back();
  return line;
}

/// `text` if it looks like a code or an id; else nothing.
std::string identifier(std::string_view text) {
  const bool plausible =
      text.size() <= kMaxIdentifier && std::ranges::all_of(text, [](unsigned char c) {
        return std::isalnum(c) || std::string_view("-_.=+/").contains(static_cast<char>(c));
      });
  return std::string(plausible ? text : std::string_view());
}

}  // namespace

ServiceError read_error(const net::Response& response, Protocol::ErrorFormat format) {
  ServiceError said;
  said.status = response.status;
  said.request_id = header(response, "x-amzn-RequestId");
  if (said.request_id.empty()) said.request_id = header(response, "x-amz-request-id");
  if (response.body.size() > kMaxErrorBytes) return said;
  if (format == Protocol::ErrorFormat::json) {
    read_json(response, said);
  } else {
    read_xml(response, said);
  }
  return said;
}

CallError call_error(const ServiceError& said, const CallContext& context) {
  CallError error;
  error.status = said.status;
  error.code = identifier(without(said.code, context.secrets));
  error.request_id = identifier(without(said.request_id, context.secrets));
  error.error.kind = kind_of(said.status, error.code);
  error.uncertain = said.status >= 500 && error.error.kind != ErrorKind::throttled;

  const std::string message = one_line(without(said.message, context.secrets));
  const std::string advice = advice_for(error, context);
  error.error.message = fmt::format("{} {}: {}{}{} (HTTP {}{}{}){}{}", context.service, context.action,
                                    error.code, error.code.empty() || message.empty() ? "" : ": ",
                                    error.code.empty() && message.empty() ? "no reason was given" : message,
                                    said.status, error.request_id.empty() ? "" : ", request id ",
                                    error.request_id, advice.empty() ? "" : "; ", advice);
  return error;
}

}  // namespace kinesight::aws
