#include "aws/sigv4.h"

#include <fmt/format.h>

#include <algorithm>
#include <ctime>
#include <utility>

#include "aws/canonical.h"
#include "aws/digest.h"
#include "net/url.h"

namespace kinesight::aws {
namespace {

constexpr std::string_view kAlgorithm = "AWS4-HMAC-SHA256";
constexpr std::string_view kUnsignedPayload = "UNSIGNED-PAYLOAD";
constexpr std::int64_t kLongestExpiry = 7 * 24 * 3600;

/// The time of signing: "20150830T123600Z"; its first eight characters are the date.
std::string timestamp(std::int64_t unix_seconds) {
  const std::time_t time = unix_seconds;
  std::tm parts{};
  gmtime_r(&time, &parts);
  return fmt::format("{:04}{:02}{:02}T{:02}{:02}{:02}Z", parts.tm_year + 1900, parts.tm_mon + 1,
                     parts.tm_mday, parts.tm_hour, parts.tm_min, parts.tm_sec);
}

std::string scope(const Signing& signing, std::string_view time) {
  return fmt::format("{}/{}/{}/aws4_request", time.substr(0, 8), signing.region, signing.service);
}

void remove(net::Headers& headers, std::string_view name) {
  std::erase_if(headers, [name](const net::Header& header) { return net::same_name(header.name, name); });
}

void set(net::Headers& headers, std::string name, std::string value) {
  remove(headers, name);
  headers.push_back({std::move(name), std::move(value)});
}

std::string signature(const Credentials& credentials, const Signing& signing, std::string_view time,
                      std::string_view string_to_sign) {
  const Secret start("AWS4" + credentials.secret_access_key.reveal());
  Digest key = hmac_sha256(start.reveal(), time.substr(0, 8));
  for (const std::string_view part : {std::string_view(signing.region), std::string_view(signing.service),
                                      std::string_view("aws4_request")})
    key = hmac_sha256(bytes(key), part);
  return hex(hmac_sha256(bytes(key), string_to_sign));
}

/// The body's digest as it is signed. A header that says it already is believed: it is what was sent.
std::string payload_digest(const net::Request& request, const net::Url& url, const Signing& signing) {
  if (const std::string* said = net::find(request.headers, "x-amz-content-sha256")) return *said;
  // Without TLS nothing else protects the body.
  if (signing.unsigned_payload && url.scheme == "https") return std::string(kUnsignedPayload);
  return hex(sha256(request.body));
}

struct Parts {
  std::string_view method;
  std::string_view path;
  std::string_view query;
  std::string_view payload;
};

SigningSteps steps(const Parts& parts, const net::Headers& headers, const Credentials& credentials,
                   const Signing& signing) {
  const std::string time = timestamp(signing.unix_seconds);
  CanonicalHeaders canonical = canonical_headers(headers);
  SigningSteps result;
  result.signed_headers = std::move(canonical.names);
  result.canonical_request = fmt::format(
      "{}\n{}\n{}\n{}\n{}\n{}", parts.method,
      canonical_path(parts.path,
                     {.normalize = signing.normalize_path, .double_encode = signing.double_encode}),
      canonical_query(parts.query), canonical.lines, result.signed_headers, parts.payload);
  result.string_to_sign = fmt::format("{}\n{}\n{}\n{}", kAlgorithm, time, scope(signing, time),
                                      hex(sha256(result.canonical_request)));
  result.signature = signature(credentials, signing, time, result.string_to_sign);
  return result;
}

/// What is added to the query of a presigned URL, but for the signature.
std::string presigned_query(const net::Url& url, const Credentials& credentials, const Signing& signing,
                            std::int64_t expires_seconds, std::string_view signed_headers) {
  const std::string time = timestamp(signing.unix_seconds);
  std::string query = url.query;
  if (!query.empty()) query += '&';
  query += fmt::format(
      "X-Amz-Algorithm={}&X-Amz-Credential={}&X-Amz-Date={}&X-Amz-Expires={}&X-Amz-SignedHeaders={}",
      kAlgorithm, net::percent_encode(credentials.access_key_id + "/" + scope(signing, time)), time,
      expires_seconds, net::percent_encode(signed_headers));
  if (!credentials.session_token.empty())
    query += "&X-Amz-Security-Token=" + net::percent_encode(credentials.session_token.reveal());
  return query;
}

}  // namespace

Result<SigningSteps> signing_steps(const net::Request& request, const Credentials& credentials,
                                   const Signing& signing) {
  const auto url = net::parse_url(request.url);
  if (!url) return std::unexpected(url.error());
  const std::string payload = payload_digest(request, *url, signing);
  return steps({request.method, url->path, url->query, payload}, request.headers, credentials, signing);
}

Result<> sign(net::Request& request, const Credentials& credentials, const Signing& signing) {
  const auto url = net::parse_url(request.url);
  if (!url) return std::unexpected(url.error());
  net::Headers& headers = request.headers;
  remove(headers, "Authorization");
  if (!net::find(headers, "Host")) headers.push_back({"Host", url->authority()});
  const std::string time = timestamp(signing.unix_seconds);
  set(headers, "X-Amz-Date", time);
  if (!credentials.session_token.empty())
    set(headers, "X-Amz-Security-Token", credentials.session_token.reveal());
  const std::string payload = payload_digest(request, *url, signing);
  if (signing.content_sha256_header) set(headers, "x-amz-content-sha256", payload);

  const SigningSteps signed_steps =
      steps({request.method, url->path, url->query, payload}, headers, credentials, signing);
  headers.push_back({"Authorization", fmt::format("{} Credential={}/{}, SignedHeaders={}, Signature={}",
                                                  kAlgorithm, credentials.access_key_id, scope(signing, time),
                                                  signed_steps.signed_headers, signed_steps.signature)});
  return {};
}

Result<std::string> presign(const net::Request& request, const Credentials& credentials,
                            const Signing& signing, std::int64_t expires_seconds) {
  if (expires_seconds < 1 || expires_seconds > kLongestExpiry)
    return fail(ErrorKind::invalid, "a presigned URL lasts 1 to {} seconds, not {}", kLongestExpiry,
                expires_seconds);
  const auto url = net::parse_url(request.url);
  if (!url) return std::unexpected(url.error());
  net::Headers headers = request.headers;
  remove(headers, "Authorization");
  if (!net::find(headers, "Host")) headers.push_back({"Host", url->authority()});

  const std::string query =
      presigned_query(*url, credentials, signing, expires_seconds, canonical_headers(headers).names);
  // Whoever uses the URL brings the body: a service that allows it leaves the body out of the signature.
  const std::string payload =
      signing.unsigned_payload ? std::string(kUnsignedPayload) : hex(sha256(request.body));
  const SigningSteps signed_steps =
      steps({request.method, url->path, query, payload}, headers, credentials, signing);
  return fmt::format("{}{}?{}&X-Amz-Signature={}", url->origin(), url->path, query, signed_steps.signature);
}

}  // namespace kinesight::aws
