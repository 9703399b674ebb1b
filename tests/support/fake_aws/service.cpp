#include "support/fake_aws/service.h"

#include <algorithm>
#include <chrono>
#include <nlohmann/json.hpp>

#include "support/fake_aws/encoding.h"

namespace kinesight::support::fake {
namespace {

constexpr std::int64_t kSkew = 15 * 60;  // Beyond what AWS puts up with.

bool is_xml(std::string_view service) { return service == "s3" || service == "sts"; }

std::string xml_error(const Call& call, const ServiceError& error, const std::string& request_id) {
  if (call.service == "s3") {
    return fmt::format(
        "<Error><Code>{}</Code><Message>{}</Message><Resource>{}</Resource><RequestId>{}</RequestId>"
        "<HostId>fake</HostId></Error>",
        error.code, escape_xml(error.what()), escape_xml(percent_decode(call.http.path)), request_id);
  }
  return fmt::format(
      "<ErrorResponse "
      "xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><Error><Type>{}</Type><Code>{}</Code>"
      "<Message>{}</Message></Error><RequestId>{}</RequestId></ErrorResponse>",
      error.status < 500 ? "Sender" : "Receiver", error.code, escape_xml(error.what()), request_id);
}

std::string json_error(const Call& call, const ServiceError& error) {
  // DynamoDB alone puts its name space before the code (but not before those that AWS's front end says).
  const bool own = call.service == "dynamodb" && error.code.ends_with("Exception");
  const bool common = error.code == "ValidationException" || error.code.starts_with("InvalidSignature") ||
                      error.code == "ExpiredTokenException";
  std::string prefix;
  if (own) prefix = common ? "com.amazon.coral.service#" : "com.amazonaws.dynamodb.v20120810#";
  return nlohmann::json{{"__type", prefix + error.code}, {"message", error.what()}}.dump();
}

ServiceError throttle_of(std::string_view service) {
  if (service == "s3") return {503, "SlowDown", "Please reduce your request rate."};
  if (service == "sts") return {400, "Throttling", "Rate exceeded"};
  if (service == "dynamodb") {
    return {
        400, "ProvisionedThroughputExceededException",
        "The level of configured provisioned throughput for the table was exceeded. Consider increasing your "
        "provisioning level with the UpdateTable API."};
  }
  return {400, "ProvisionedThroughputExceededException", "Rate exceeded for the stream under account {}.",
          kAccount};
}

ServiceError skew_of(std::string_view service, std::int64_t now) {
  if (service == "s3") {
    return {403, "RequestTimeTooSkewed",
            "The difference between the request time and the current time is too large."};
  }
  return {service == "sts" ? 403 : 400,
          service == "sts" ? "SignatureDoesNotMatch" : "InvalidSignatureException",
          "Signature expired: {} is now earlier than {} ({} - 5 min.)",
          basic_iso_date(now - kSkew),
          basic_iso_date(now - 300),
          basic_iso_date(now)};
}

ServiceError not_found_of(std::string_view service) {
  if (service == "s3") return {404, "NoSuchBucket", "The specified bucket does not exist"};
  if (service == "dynamodb") {
    return {400, "ResourceNotFoundException", "Requested resource not found"};
  }
  return {400, "ResourceNotFoundException", "Stream under account {} not found.", kAccount};
}

/// The error of the fault's kind, before the fault's own status, code and message.
ServiceError plain_error_of(const Call& call, FaultKind kind, std::int64_t now) {
  const std::string& service = call.service;
  const bool xml = is_xml(service);
  switch (kind) {
    case FaultKind::throttle:
      return throttle_of(service);
    case FaultKind::clock_skew:
      return skew_of(service, now);
    case FaultKind::not_found:
      return not_found_of(service);
    case FaultKind::unavailable:
      return {503, xml ? "ServiceUnavailable" : "ServiceUnavailableException", "Reduce your request rate."};
    case FaultKind::expired_token:
      return {xml && service != "s3" ? 403 : 400, xml ? "ExpiredToken" : "ExpiredTokenException",
              "The security token included in the request is expired"};
    case FaultKind::access_denied:
      return {xml ? 403 : 400,
              xml ? "AccessDenied" : "AccessDeniedException",
              "User: arn:aws:iam::{}:user/fake is not authorized to perform: {}:{}",
              kAccount,
              service,
              call.action};
    case FaultKind::poison:
      return {400, "ValidationException", "One or more parameter values are not valid."};
    default:
      return {500,
              xml                     ? "InternalError"
              : service == "dynamodb" ? "InternalServerError"
                                      : "InternalFailure",
              "We encountered an internal error. Please try again."};
  }
}

}  // namespace

const Fault* Call::fault(FaultKind kind) const {
  const auto found = std::ranges::find(faults, kind, &Fault::kind);
  return found == faults.end() ? nullptr : &*found;
}

std::int64_t World::now_ms() const {
  if (const std::int64_t held = held_ms) return held;
  const auto since = std::chrono::system_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::milliseconds>(since).count() + clock_offset_ms;
}

ServiceError error_of(const Call& call, const Fault& fault, std::int64_t now) {
  const ServiceError plain = plain_error_of(call, fault.kind, now);
  return {fault.status ? fault.status : plain.status, fault.code.empty() ? plain.code : fault.code, "{}",
          fault.message.empty() ? plain.what() : fault.message};
}

HttpResponse answer_error(const Call& call, const ServiceError& error, const std::string& request_id) {
  HttpResponse response = is_xml(call.service) ? answer_xml(xml_error(call, error, request_id), error.status)
                                               : answer_json(json_error(call, error));
  response.status = error.status;
  return response;
}

HttpResponse answer_xml(std::string_view document, int status) {
  HttpResponse response;
  response.status = status;
  response.headers.emplace("Content-Type", "application/xml");
  response.body = fmt::format("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n{}", document);
  return response;
}

HttpResponse answer_json(std::string body) {
  HttpResponse response;
  response.headers.emplace("Content-Type", "application/x-amz-json-1.1");
  response.body = std::move(body);
  return response;
}

}  // namespace kinesight::support::fake
