#include "sim/kvs/signature.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <ctime>
#include <optional>
#include <string_view>
#include <vector>

#include "aws/digest.h"
#include "aws/sigv4.h"
#include "http/token.h"
#include "net/url.h"

namespace kinesight::sim::kvs {
namespace {

constexpr std::string_view kAlgorithm = "AWS4-HMAC-SHA256";
constexpr std::string_view kService = "kinesisvideo";
constexpr double kSkewSeconds = 5 * 60;
constexpr double kLongestExpiry = 7 * 24 * 3600;

/// What a request says of its signature.
struct Claim {
  std::string credential;
  std::string signed_headers;
  std::string signature;
  std::string date;
  std::optional<double> expires;  // Seconds; of a presigned query.
  std::string query;              // What is signed of it.
};

using Check = std::expected<void, Refusal>;

std::unexpected<Refusal> mismatch(std::string message) {
  return refuse(403, "InvalidSignatureException", std::move(message));
}

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  for (;;) {
    const auto end = std::min(text.find(separator), text.size());
    parts.push_back(text.substr(0, end));
    if (end == text.size()) return parts;
    text.remove_prefix(end + 1);
  }
}

/// Puts `value` where a claim has the parameter called `name`.
void set(Claim& claim, std::string_view name, std::string_view value) {
  if (name.starts_with("X-Amz-")) name.remove_prefix(6);
  if (name == "Credential") claim.credential = value;
  if (name == "SignedHeaders") claim.signed_headers = value;
  if (name == "Signature") claim.signature = value;
  if (name == "Date") claim.date = value;
  if (name == "Expires") {
    double seconds = 0;
    std::from_chars(value.data(), value.data() + value.size(), seconds);
    claim.expires = seconds;
  }
}

Claim presigned(const http::Incoming& request) {
  Claim claim;
  for (const std::string_view pair : split(request.query, '&')) {
    const auto equals = std::min(pair.find('='), pair.size());
    const std::string_view name = pair.substr(0, equals);
    const std::string_view value = pair.substr(std::min(equals + 1, pair.size()));
    set(claim, name, net::percent_decode(value).value_or(""));
    if (name == "X-Amz-Signature") continue;
    if (!claim.query.empty()) claim.query += '&';
    claim.query += pair;
  }
  return claim;
}

/// "AWS4-HMAC-SHA256 Credential=…, SignedHeaders=…, Signature=…"
Claim in_headers(const http::Incoming& request, std::string_view authorization) {
  Claim claim;
  claim.query = request.query;
  if (const std::string* date = net::find(request.headers, "X-Amz-Date")) claim.date = *date;
  authorization.remove_prefix(kAlgorithm.size());
  for (std::string_view part : split(authorization, ',')) {
    part.remove_prefix(std::min(part.find_first_not_of(' '), part.size()));
    const auto equals = std::min(part.find('='), part.size());
    set(claim, part.substr(0, equals), part.substr(std::min(equals + 1, part.size())));
  }
  return claim;
}

std::expected<Claim, Refusal> read_claim(const http::Incoming& request) {
  const std::string* authorization = net::find(request.headers, "Authorization");
  const bool in_query = request.query.find("X-Amz-Signature=") != std::string::npos;
  if (authorization == nullptr && !in_query) {
    return refuse(403, "MissingAuthenticationTokenException", "Missing Authentication Token");
  }
  if (authorization != nullptr && !authorization->starts_with(std::string(kAlgorithm) + " ")) {
    return refuse(403, "IncompleteSignatureException",
                  fmt::format("Authorization header requires '{}'", kAlgorithm));
  }
  Claim claim = authorization != nullptr ? in_headers(request, *authorization) : presigned(request);
  const bool whole = !claim.credential.empty() && !claim.signed_headers.empty() && !claim.signature.empty() &&
                     !claim.date.empty();
  if (!whole) {
    return refuse(403, "IncompleteSignatureException",
                  "The signature requires Credential, SignedHeaders, Signature and X-Amz-Date");
  }
  return claim;
}

/// "20150830T123600Z" in Unix seconds.
std::optional<std::int64_t> parse_date(const std::string& text) {
  std::tm parts{};
  const char* end = strptime(text.c_str(), "%Y%m%dT%H%M%SZ", &parts);
  if (end == nullptr || *end != '\0' || text.size() != 16) return std::nullopt;
  return timegm(&parts);
}

Check check_time(const Claim& claim, std::int64_t date, double now) {
  if (claim.expires) {
    if (*claim.expires < 1 || *claim.expires > kLongestExpiry)
      return mismatch("X-Amz-Expires must be from 1 to 604800 seconds");
    if (now > static_cast<double>(date) + *claim.expires) return mismatch("Signature expired");
  } else if (now - static_cast<double>(date) > kSkewSeconds) {
    return mismatch(fmt::format("Signature expired: {} is more than 5 min. ago", claim.date));
  }
  if (static_cast<double>(date) - now > kSkewSeconds) {
    return mismatch(fmt::format("Signature not yet current: {} is more than 5 min. ahead", claim.date));
  }
  return {};
}

/// The headers that are signed. Host has to be among them, and whatever steers the request.
std::expected<net::Headers, Refusal> signed_headers(const http::Incoming& request, const Claim& claim) {
  const auto names = split(claim.signed_headers, ';');
  const auto is_signed = [&](std::string_view name) {
    return std::ranges::any_of(names, [&](std::string_view each) { return net::same_name(each, name); });
  };
  if (!is_signed("host")) return mismatch("'Host' must be a 'SignedHeader' in the AWS Authorization.");
  net::Headers headers;
  for (const net::Header& header : request.headers) {
    const bool amazons = header.name.size() > 6 && net::same_name(header.name.substr(0, 6), "x-amz-");
    if (is_signed(header.name))
      headers.push_back(header);
    else if (amazons)
      return mismatch("There were headers present in the request which were not signed: " + header.name);
  }
  return headers;
}

/// A body that is not what its own digest says is not what was signed.
Check check_body(const http::Incoming& request) {
  const std::string* said = net::find(request.headers, "x-amz-content-sha256");
  if (said == nullptr || *said == aws::hex(aws::sha256(request.body))) return {};
  return mismatch("The body is not the one whose digest x-amz-content-sha256 says.");
}

}  // namespace

std::expected<void, Refusal> check_signature(const http::Incoming& request, const KnownKeys& keys,
                                             double now) {
  const auto claim = read_claim(request);
  if (!claim) return std::unexpected(claim.error());
  const auto scope = split(claim->credential, '/');  // key/20150830/region/service/aws4_request
  const auto date = parse_date(claim->date);
  if (scope.size() != 5 || scope[4] != "aws4_request" || !date || !claim->date.starts_with(scope[1])) {
    return refuse(403, "IncompleteSignatureException",
                  "Credential must be KEY/YYYYMMDD/REGION/SERVICE/aws4_request, of X-Amz-Date's day");
  }
  const auto key = keys.secrets.find(std::string(scope[0]));
  if (key == keys.secrets.end()) {
    return refuse(403, "UnrecognizedClientException",
                  "The security token included in the request is invalid.");
  }
  if (scope[2] != keys.region || scope[3] != kService) {
    return mismatch(fmt::format("Credential should be scoped to a valid region ('{}') and to service '{}'.",
                                keys.region, kService));
  }
  if (const auto good = check_time(*claim, *date, now); !good) return good;
  if (const auto good = check_body(request); !good) return good;
  auto headers = signed_headers(request, *claim);
  if (!headers) return std::unexpected(headers.error());
  const net::Request again{
      .method = request.method,
      .url = "http://signed" + request.path + (claim->query.empty() ? "" : "?" + claim->query),
      .headers = std::move(*headers),
      .body = request.body,
      .timeouts = {}};
  aws::Credentials credentials;
  credentials.access_key_id = key->first;
  credentials.secret_access_key = Secret(key->second);
  const auto steps = aws::signing_steps(
      again, credentials, {.region = keys.region, .service = std::string(kService), .unix_seconds = *date});
  if (steps && http::same_secret(steps->signature, claim->signature)) return {};
  return mismatch(
      "The request signature we calculated does not match the signature you provided. Check your AWS Secret "
      "Access Key and signing method. Consult the service documentation for details.");
}

}  // namespace kinesight::sim::kvs
