#include "aws/services/s3.h"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <utility>

#include "aws/services/s3_call.h"
#include "aws/services/s3_names.h"

namespace kinesight::aws {
namespace {

constexpr Service kService{.id = "S3", .signing_name = "s3", .host_prefix = "s3"};
constexpr Protocol kProtocol{.errors = Protocol::ErrorFormat::xml, .s3_signing = true};
constexpr std::string_view kRegionHeader = "x-amz-bucket-region";

bool is_region(std::string_view text) {
  return !text.empty() && text.size() <= 32 && std::ranges::all_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
  });
}

std::optional<std::string> region_of(const net::Headers& headers) {
  const auto* region = net::find(headers, kRegionHeader);
  return region && is_region(*region) ? std::optional(*region) : std::nullopt;
}

/// What S3 says to a request for another region's bucket: 301, or 400 where it looks at the signature first.
/// The answer to a HEAD has no body, hence no code.
bool may_be_elsewhere(const CallError& error, std::string_view method) {
  return error.status == 301 || error.code == "AuthorizationHeaderMalformed" ||
         (error.status == 400 && method == "HEAD");
}

void name_what_is_missing(CallError& error, std::string_view action, const std::string& bucket,
                          const std::string& key) {
  error.code = key.empty() ? "NoSuchBucket" : "NoSuchKey";
  error.error.kind = ErrorKind::not_found;
  error.error.message =
      key.empty() ? fmt::format("S3 {}: there is no bucket '{}'", action, bucket)
                  : fmt::format("S3 {}: there is no object '{}' in a bucket '{}'", action, key, bucket);
}

void address(Call& call, std::string_view bucket, std::string_view key, const Endpoint& endpoint) {
  const auto place = place_of(bucket, endpoint);
  call.host_prefix = place.host_prefix;
  call.path = place.path_of(key);
}

std::optional<ObjectInfo> info_of(const net::Headers& headers) {
  ObjectInfo info;
  const auto* length = net::find(headers, "Content-Length");
  if (!length) return std::nullopt;
  const auto read = std::from_chars(length->data(), length->data() + length->size(), info.bytes);
  if (read.ec != std::errc() || read.ptr != length->data() + length->size() || info.bytes < 0) {
    return std::nullopt;
  }
  if (const auto* etag = net::find(headers, "ETag")) info.etag = *etag;
  if (const auto* type = net::find(headers, "Content-Type")) info.content_type = *type;
  for (const auto& [name, value] : headers) {
    std::string lower = name;
    std::ranges::transform(lower, lower.begin(), [](unsigned char c) { return std::tolower(c); });
    if (lower.starts_with(kMetadata)) info.metadata.push_back({lower.substr(kMetadata.size()), value});
  }
  return info;
}

std::string location_constraint(std::string_view region) {
  return fmt::format(R"(<CreateBucketConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/">)"
                     "<LocationConstraint>{}</LocationConstraint></CreateBucketConfiguration>",
                     region);
}

}  // namespace

Result<S3> S3::make(Session& session, const ClientOptions& options) {
  auto client = Client::make(session, kService, kProtocol, options);
  if (!client) return std::unexpected(client.error());
  return S3(session, std::move(*client));
}

CallResult<net::Response> S3::send(Call call, const std::string& bucket, const std::string& key,
                                   std::stop_token stop) const {
  address(call, bucket, key, client_.endpoint());
  auto response = client_.call(call, std::move(stop));
  if (!response && response.error().status == 404 && call.method == "HEAD") {
    name_what_is_missing(response.error(), call.action, bucket, key);
  }
  return response;
}

CallResult<net::Response> S3::send_home(const Call& call, const std::string& bucket, const std::string& key,
                                        std::stop_token stop) const {
  auto response = send(call, bucket, key, stop);
  if (response || !may_be_elsewhere(response.error(), call.method)) return response;
  if (const auto region = other_region(bucket, std::move(stop))) {
    response.error().error = {ErrorKind::invalid,
                              fmt::format("S3 {}: expected the bucket '{}' in the region {}, found it in {}; "
                                          "set the region to {}",
                                          call.action, bucket, client_.region(), *region, *region)};
  }
  return response;
}

std::optional<std::string> S3::other_region(const std::string& bucket, std::stop_token stop) const {
  // S3 tells a bucket's region to anybody, also with a refusal; the errors of Client keep no headers.
  const auto place = place_of(bucket, client_.endpoint());
  net::Request request;
  request.method = "HEAD";
  request.url = client_.endpoint().url + place.path_of("");
  request.url.insert(request.url.find("://") + 3, place.host_prefix);
  const auto response = session_->transport().send(request, std::move(stop));
  const auto region = response ? region_of(response->headers) : std::nullopt;
  return region == client_.region() ? std::nullopt : region;
}

CallResult<> S3::put_object(const std::string& bucket, const std::string& key, std::string_view body,
                            const ObjectOptions& options, std::optional<int> attempts,
                            std::stop_token stop) const {
  auto checked = check_names(bucket, key);
  if (checked) checked = check_options(options);
  if (checked && body.size() > kMaxPutBytes) {
    checked = fail(ErrorKind::invalid, "S3 PutObject: expected at most {} bytes, found {}", kMaxPutBytes,
                   body.size());
  }
  if (!checked) return unexpected_call(checked.error());
  auto call = call_for("PutObject", "PUT");
  add_options(call, options);
  call.body = body;
  call.max_attempts = attempts;
  call.timeouts = timeouts_for(body.size());
  const auto response = send_home(call, bucket, key, std::move(stop));
  if (!response) return std::unexpected(response.error());
  return {};
}

CallResult<std::string> S3::get_object(const std::string& bucket, const std::string& key,
                                       std::stop_token stop) const {
  if (const auto checked = check_names(bucket, key); !checked) return unexpected_call(checked.error());
  auto call = call_for("GetObject", "GET");
  call.timeouts = timeouts_for(kMaxObjectBytes);
  call.max_response_bytes = kMaxObjectBytes;
  auto response = send_home(call, bucket, key, std::move(stop));
  if (!response) return std::unexpected(response.error());
  return std::move(response->body);
}

CallResult<ObjectInfo> S3::head_object(const std::string& bucket, const std::string& key,
                                       std::stop_token stop) const {
  if (const auto checked = check_names(bucket, key); !checked) return unexpected_call(checked.error());
  const auto response = send_home(call_for("HeadObject", "HEAD"), bucket, key, std::move(stop));
  if (!response) return std::unexpected(response.error());
  auto info = info_of(response->headers);
  if (info) return std::move(*info);
  return unexpected_call({ErrorKind::corrupt,
                          "S3 HeadObject: expected an answer with a Content-Length, found none that is a "
                          "number; is the endpoint an S3 service?"});
}

Result<PresignedUrl> S3::presign_get(const std::string& bucket, const std::string& key,
                                     std::int64_t expires_seconds, std::stop_token stop) const {
  if (const auto checked = check_names(bucket, key); !checked) return std::unexpected(checked.error());
  auto call = call_for("GetObject", "GET");
  address(call, bucket, key, client_.endpoint());
  return client_.presign(call, expires_seconds, std::move(stop));
}

CallResult<std::string> S3::bucket_region(const std::string& bucket, std::stop_token stop) const {
  if (const auto checked = check_bucket(bucket); !checked) return unexpected_call(checked.error());
  const auto call = call_for("HeadBucket", "HEAD");
  const auto response = send(call, bucket, "", stop);
  if (response) return region_of(response->headers).value_or(client_.region());
  if (!may_be_elsewhere(response.error(), call.method)) return std::unexpected(response.error());
  const auto region = other_region(bucket, stop);
  if (!region) return std::unexpected(response.error());
  if (client_.endpoint().overridden) return *region;
  // Only its own region says whether it is ours.
  const auto there = S3::make(*session_, {.region = *region, .endpoint_url = ""});
  if (!there) return unexpected_call(there.error());
  const auto answer = there->send(call, bucket, "", std::move(stop));
  if (!answer) return std::unexpected(answer.error());
  return *region;
}

CallResult<> S3::create_bucket(const std::string& bucket, std::stop_token stop) const {
  if (const auto checked = check_bucket(bucket); !checked) return unexpected_call(checked.error());
  auto call = call_for("CreateBucket", "PUT");
  std::string body;
  if (client_.region() != "us-east-1") {  // The one region that must not be named.
    body = location_constraint(client_.region());
    call.headers.push_back({"Content-Type", "application/xml"});
  }
  call.body = body;
  const auto response = send(call, bucket, "", std::move(stop));
  if (!response && response.error().code != "BucketAlreadyOwnedByYou") {
    return std::unexpected(response.error());
  }
  return {};
}

}  // namespace kinesight::aws
