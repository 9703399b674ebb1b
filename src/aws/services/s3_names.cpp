#include "aws/services/s3_names.h"

#include <simdjson.h>

#include <algorithm>

#include "net/url.h"

namespace kinesight::aws {
namespace {

bool is_lower_alphanumeric(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); }
bool is_in_bucket(char c) { return is_lower_alphanumeric(c) || c == '-' || c == '.'; }
bool is_in_metadata_name(char c) { return is_lower_alphanumeric(c) || c == '-' || c == '_' || c == '.'; }
bool is_printable(char c) { return c >= ' ' && c <= '~'; }

/// Spaces around a value would be lost on the way, and with them the signature.
bool is_header_value(std::string_view value) {
  return std::ranges::all_of(value, is_printable) && !value.starts_with(' ') && !value.ends_with(' ');
}

}  // namespace

Result<> check_bucket(std::string_view bucket) {
  const bool good = bucket.size() >= 3 && bucket.size() <= 63 && std::ranges::all_of(bucket, is_in_bucket) &&
                    is_lower_alphanumeric(bucket.front()) && is_lower_alphanumeric(bucket.back()) &&
                    bucket.find("..") == std::string_view::npos;
  if (good) return {};
  return fail(
      ErrorKind::invalid,
      "S3: expected a bucket name of 3 to 63 lower-case letters, digits, dots and hyphens that begins "
      "and ends with a letter or digit, found '{}'",
      bucket.substr(0, 100));
}

Result<> check_key(std::string_view key) {
  if (key.empty() || key.size() > S3::kMaxKeyBytes) {
    return fail(ErrorKind::invalid, "S3: expected a key of 1 to {} bytes, found {}", S3::kMaxKeyBytes,
                key.size());
  }
  if (simdjson::validate_utf8(key.data(), key.size())) return {};
  return fail(ErrorKind::invalid, "S3: expected a key in UTF-8, found other bytes");
}

Result<> check_options(const ObjectOptions& options) {
  if (options.content_type.empty() || !is_header_value(options.content_type)) {
    return fail(ErrorKind::invalid, "S3: expected a content type in printable ASCII, found other text");
  }
  for (const auto& [name, value] : options.metadata) {
    if (name.empty() || !std::ranges::all_of(name, is_in_metadata_name) || !is_header_value(value)) {
      return fail(ErrorKind::invalid,
                  "S3: expected metadata with a name in lower case and a value in printable ASCII without "
                  "spaces around it, found another form of '{}'",
                  name.substr(0, 100));
    }
  }
  return {};
}

std::string BucketPlace::path_of(std::string_view key) const {
  if (key.empty() && !path_prefix.empty()) return path_prefix;
  return path_prefix + "/" + net::percent_encode(key, "/");
}

BucketPlace place_of(std::string_view bucket, const Endpoint& endpoint) {
  if (endpoint.overridden || bucket.contains('.')) {
    return {.host_prefix = "", .path_prefix = fmt::format("/{}", bucket)};
  }
  return {.host_prefix = fmt::format("{}.", bucket), .path_prefix = ""};
}

}  // namespace kinesight::aws
