// What the services with JSON bodies share: requests written, answers read with limits, faults in AWS's
// terms.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include "aws/client.h"

namespace kinesight::aws {

/// How a service's JSON protocol looks on the wire.
struct JsonProtocol {
  std::string_view service;       ///< "Kinesis": for error texts.
  std::string_view content_type;  ///< "application/x-amz-json-1.1"
  std::string_view target = {};   ///< "Kinesis_20131202": X-Amz-Target begins with it; empty for REST-JSON.
  std::size_t max_answer_bytes = 1024 * 1024;
};

/// One operation of such a service.
struct JsonOperation {
  const JsonProtocol& protocol;
  std::string_view action;  ///< "PutRecords"
  /// Whether the service changes something: then an answer that cannot be read leaves open whether it did.
  bool writes = false;
  std::optional<int> max_attempts = {};  ///< See Call::max_attempts.
  std::string_view path = "/";
  net::Timeouts timeouts = {};    ///< Of each try.
  net::BodySink* sink = nullptr;  ///< Gets an answer that is no JSON: see Call::sink.
  std::optional<std::size_t> max_sink_bytes = {};
};

/// Nesting of an answer. DynamoDB's items are the deepest: 32 levels of two each, in an object in an array.
inline constexpr std::size_t kMaxJsonDepth = 80;

/// Sends `body` as the operation's request; the answer as it came.
CallResult<net::Response> send_json(const Client& client, const JsonOperation& operation,
                                    std::string_view body, std::stop_token stop);
/// The same for a request that is not written yet. Error: invalid (text that is not UTF-8).
CallResult<net::Response> send_json(const Client& client, const JsonOperation& operation,
                                    const nlohmann::json& request, std::stop_token stop);
/// An answer's JSON object. Error: corrupt (it is none, or deeper than kMaxJsonDepth).
CallResult<nlohmann::json> parse_json(const JsonOperation& operation, const net::Response& response);

/// A request that is wrong before it is sent.
std::unexpected<CallError> refused_request(std::string_view service, std::string_view action,
                                           std::string_view why);
/// An answer that says success and cannot be what the service meant: corrupt.
std::unexpected<CallError> unreadable_answer(const JsonOperation& operation, const net::Response& response,
                                             std::string_view why);

/// Sends a request; what `read` makes of the answer's object. It may throw what nlohmann::json throws for a
/// member that is absent or of another type: corrupt.
template <class Read>
CallResult<std::invoke_result_t<Read, nlohmann::json&>> call_json(const Client& client,
                                                                  const JsonOperation& operation,
                                                                  const nlohmann::json& request,
                                                                  std::stop_token stop, Read read) {
  const auto response = send_json(client, operation, request, std::move(stop));
  if (!response) return std::unexpected(response.error());
  auto answer = parse_json(operation, *response);
  if (!answer) return std::unexpected(answer.error());
  try {
    return read(*answer);
  } catch (const nlohmann::json::exception& error) {
    return unreadable_answer(operation, *response, error.what());
  }
}

}  // namespace kinesight::aws
