#include "aws/services/json_call.h"

namespace kinesight::aws {
namespace {

using nlohmann::json;

/// Whether brackets nest no deeper than `limit`: asked before parsing, since a parsed tree is freed
/// recursively.
bool nests_within(std::string_view text, std::size_t limit) {
  std::size_t depth = 0;
  bool in_string = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (in_string) {
      if (c == '\\') {
        ++i;
      } else if (c == '"') {
        in_string = false;
      }
    } else if (c == '"') {
      in_string = true;
    } else if (c == '{' || c == '[') {
      if (++depth > limit) return false;
    } else if ((c == '}' || c == ']') && depth > 0) {
      --depth;
    }
  }
  return true;
}

}  // namespace

CallResult<net::Response> send_json(const Client& client, const JsonOperation& operation,
                                    std::string_view body, std::stop_token stop) {
  const auto& protocol = operation.protocol;
  Call call;
  call.action = operation.action;
  call.path = operation.path;
  call.headers = {{"Content-Type", std::string(protocol.content_type)}};
  if (!protocol.target.empty()) {
    call.headers.push_back({"X-Amz-Target", fmt::format("{}.{}", protocol.target, operation.action)});
  }
  call.body = body;
  call.max_attempts = operation.max_attempts;
  call.timeouts = operation.timeouts;
  call.max_response_bytes = operation.max_sink_bytes.value_or(protocol.max_answer_bytes);
  call.sink = operation.sink;
  return client.call(call, std::move(stop));
}

CallResult<net::Response> send_json(const Client& client, const JsonOperation& operation, const json& request,
                                    std::stop_token stop) {
  std::string body;
  try {
    body = request.dump();
  } catch (const json::exception&) {
    return refused_request(operation.protocol.service, operation.action,
                           "expected text in UTF-8 everywhere in the request, found other bytes");
  }
  return send_json(client, operation, std::string_view(body), std::move(stop));
}

CallResult<json> parse_json(const JsonOperation& operation, const net::Response& response) {
  if (!nests_within(response.body, kMaxJsonDepth)) {
    return unreadable_answer(operation, response, fmt::format("JSON deeper than {}", kMaxJsonDepth));
  }
  auto answer = json::parse(response.body, nullptr, /*allow_exceptions=*/false);
  if (!answer.is_object()) return unreadable_answer(operation, response, "no JSON object");
  return answer;
}

std::unexpected<CallError> refused_request(std::string_view service, std::string_view action,
                                           std::string_view why) {
  CallError refused;
  refused.error = {ErrorKind::invalid, fmt::format("{} {}: {}", service, action, why)};
  return std::unexpected(std::move(refused));
}

std::unexpected<CallError> unreadable_answer(const JsonOperation& operation, const net::Response& response,
                                             std::string_view why) {
  CallError unreadable;
  unreadable.error = {
      ErrorKind::corrupt,
      fmt::format("{} {}: expected the answer that AWS documents, found {} (HTTP {}, {} bytes); is the "
                  "endpoint an AWS service, with no proxy that rewrites answers?",
                  operation.protocol.service, operation.action, why, response.status, response.body.size())};
  unreadable.status = response.status;
  if (const auto* id = net::find(response.headers, "x-amzn-RequestId")) unreadable.request_id = *id;
  unreadable.uncertain = operation.writes;
  return std::unexpected(std::move(unreadable));
}

}  // namespace kinesight::aws
