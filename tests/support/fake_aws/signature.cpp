#include "support/fake_aws/signature.h"

#include <algorithm>
#include <map>
#include <sstream>

#include "support/fake_aws/canonical_request.h"
#include "support/fake_aws/encoding.h"

namespace kinesight::support::fake {
namespace {

constexpr std::string_view kAlgorithm = "AWS4-HMAC-SHA256";
constexpr std::int64_t kJsonSkewSeconds = 5 * 60;
constexpr std::int64_t kS3SkewSeconds = 15 * 60;
constexpr std::int64_t kLongestPresigned = 604'800;

/// What a request says about its signature.
struct Signature {
  std::string access_key;
  std::string day;  // The scope's parts.
  std::string region;
  std::string service;
  std::string signed_headers;
  std::string value;
  std::string date;
  std::string token;
  std::string payload;  // Digest of the body, or what stands for it.
  std::int64_t expires = 0;
  bool presigned = false;
};

using Parameters = std::map<std::string, std::string>;

/// "Credential=a/b, SignedHeaders=host" taken apart.
Parameters authorization_of(const HttpRequest& request) {
  Parameters parameters;
  std::string_view rest = request.header("Authorization");
  if (!rest.starts_with(kAlgorithm)) return parameters;
  rest.remove_prefix(kAlgorithm.size());
  while (!rest.empty()) {
    std::string_view part = rest.substr(0, rest.find(','));
    rest.remove_prefix(std::min(rest.size(), part.size() + 1));
    part.remove_prefix(std::min(part.size(), part.find_first_not_of(' ')));
    const auto equals = part.find('=');
    if (equals != part.npos) parameters.emplace(part.substr(0, equals), part.substr(equals + 1));
  }
  return parameters;
}

void read_credential(const std::string& credential, Signature& signature) {
  std::istringstream parts(credential);
  std::getline(parts, signature.access_key, '/');
  std::getline(parts, signature.day, '/');
  std::getline(parts, signature.region, '/');
  std::getline(parts, signature.service, '/');
}

Signature presigned_of(const HttpRequest& request) {
  const auto pairs = parse_query(request.query);
  Parameters query(pairs.begin(), pairs.end());
  Signature signature;
  signature.presigned = true;
  read_credential(query["X-Amz-Credential"], signature);
  signature.signed_headers = query["X-Amz-SignedHeaders"];
  signature.value = query["X-Amz-Signature"];
  signature.date = query["X-Amz-Date"];
  signature.token = query["X-Amz-Security-Token"];
  signature.payload = "UNSIGNED-PAYLOAD";
  signature.expires = std::atoll(query["X-Amz-Expires"].c_str());
  return signature;
}

Signature signature_of(const Call& call) {
  const HttpRequest& request = call.http;
  if (request.query.find("X-Amz-Signature=") != std::string::npos) return presigned_of(request);
  Parameters parameters = authorization_of(request);
  Signature signature;
  read_credential(parameters["Credential"], signature);
  signature.signed_headers = parameters["SignedHeaders"];
  signature.value = parameters["Signature"];
  signature.date = request.header("X-Amz-Date");
  signature.token = request.header("X-Amz-Security-Token");
  const std::string& said = request.header("x-amz-content-sha256");
  signature.payload = call.service == "s3" && !said.empty() ? said : to_hex(sha256(request.body));
  return signature;
}

std::string expected(const HttpRequest& request, const Signature& signature, const std::string& secret) {
  const std::string scope =
      fmt::format("{}/{}/{}/aws4_request", signature.day, signature.region, signature.service);
  const std::string canonical =
      canonical_request(request, signature.signed_headers, signature.payload, signature.service == "s3");
  const std::string to_sign =
      fmt::format("{}\n{}\n{}\n{}", kAlgorithm, signature.date, scope, to_hex(sha256(canonical)));
  std::string key = "AWS4" + secret;
  for (const std::string& part : {signature.day, signature.region, signature.service})
    key = hmac_sha256(key, part);
  return to_hex(hmac_sha256(hmac_sha256(key, "aws4_request"), to_sign));
}

/// The service's own code for what three kinds of services say differently.
ServiceError refusal(const Call& call, std::string_view s3, std::string_view sts, std::string_view json,
                     std::string_view message) {
  const bool is_s3 = call.service == "s3";
  const bool is_sts = call.service == "sts";
  return {is_s3 || is_sts ? 403 : 400, std::string(is_s3 ? s3 : is_sts ? sts : json), "{}", message};
}

ServiceError mismatch(const Call& call, std::string_view message) {
  return refusal(call, "SignatureDoesNotMatch", "SignatureDoesNotMatch", "InvalidSignatureException",
                 message);
}

void check_time(const Call& call, const Signature& signature, std::int64_t now) {
  const auto date = parse_basic_iso_date(signature.date);
  if (!date || !signature.date.starts_with(signature.day) || signature.day.empty()) {
    throw mismatch(call,
                   "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from "
                   "HTTP");
  }
  if (signature.presigned) {
    if (signature.expires < 1 || signature.expires > kLongestPresigned) {
      throw ServiceError(400, "AuthorizationQueryParametersError",
                         "X-Amz-Expires must be less than a week (in seconds)");
    }
    if (now > *date + signature.expires) throw ServiceError(403, "AccessDenied", "Request has expired");
  } else if (call.service == "s3") {
    if (std::abs(now - *date) > kS3SkewSeconds) {
      throw ServiceError(403, "RequestTimeTooSkewed",
                         "The difference between the request time and the current time is too large.");
    }
  } else if (*date < now - kJsonSkewSeconds) {
    throw mismatch(call,
                   fmt::format("Signature expired: {} is now earlier than {} ({} - 5 min.)", signature.date,
                               basic_iso_date(now - kJsonSkewSeconds), basic_iso_date(now)));
  } else if (*date > now + kJsonSkewSeconds) {
    throw mismatch(call,
                   fmt::format("Signature not yet current: {} is still later than {} ({} + 5 min.)",
                               signature.date, basic_iso_date(now + kJsonSkewSeconds), basic_iso_date(now)));
  }
}

/// Host, and whatever else steers the request, has to be signed.
void check_signed_headers(const Call& call, const Signature& signature) {
  const auto is_signed = [&](std::string name) {
    std::ranges::transform(name, name.begin(), [](unsigned char c) { return std::tolower(c); });
    return (';' + signature.signed_headers + ';').find(';' + name + ';') != std::string::npos;
  };
  if (!is_signed("host")) {
    throw mismatch(call, "'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.");
  }
  for (const auto& [name, value] : call.http.headers) {
    const bool amazons = name.size() > 6 && (name.starts_with("x-amz-") || name.starts_with("X-Amz-"));
    if (amazons && !is_signed(name)) {
      throw refusal(call, "AccessDenied", "SignatureDoesNotMatch", "InvalidSignatureException",
                    "There were headers present in the request which were not signed: " + name);
    }
  }
}

void check_token(const Call& call, const Signature& signature, const KnownKey& key, std::int64_t now) {
  if (signature.token != key.session_token) {
    throw refusal(call, "InvalidToken", "InvalidClientTokenId", "UnrecognizedClientException",
                  "The security token included in the request is invalid.");
  }
  if (now >= key.expires) {
    ServiceError error = refusal(call, "ExpiredToken", "ExpiredToken", "ExpiredTokenException",
                                 "The security token included in the request is expired");
    if (call.service == "s3") error.status = 400;
    throw error;
  }
}

}  // namespace

KnownKey check_signature(const Call& call, const KeyRing& keys, std::int64_t now) {
  const Signature signature = signature_of(call);
  if (signature.access_key.empty() || signature.value.empty()) {
    throw refusal(call, "AccessDenied", "MissingAuthenticationToken", "MissingAuthenticationTokenException",
                  "Missing Authentication Token");
  }
  const auto key = keys.find(signature.access_key);
  if (!key) {
    throw refusal(call, "InvalidAccessKeyId", "InvalidClientTokenId", "UnrecognizedClientException",
                  "The security token included in the request is invalid.");
  }
  if (call.service == "s3" && !signature.presigned && call.http.header("x-amz-content-sha256").empty()) {
    throw ServiceError(400, "InvalidRequest",
                       "Missing required header for this request: x-amz-content-sha256");
  }
  if (signature.service != call.service) {
    throw mismatch(call, fmt::format("Credential should be scoped to correct service: '{}'.", call.service));
  }
  check_time(call, signature, now);
  check_signed_headers(call, signature);
  if (expected(call.http, signature, key->secret_key) != signature.value) {
    throw mismatch(
        call,
        "The request signature we calculated does not match the signature you provided. Check your AWS "
        "Secret Access Key and signing method. Consult the service documentation for details.");
  }
  check_token(call, signature, *key, now);
  return *key;
}

std::string scope_service(const HttpRequest& request) {
  Signature signature;
  read_credential(authorization_of(request)["Credential"], signature);
  return signature.service;
}

}  // namespace kinesight::support::fake
