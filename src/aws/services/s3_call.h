// The beginnings of S3's calls, which the files that implement S3 share.
#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "aws/services/s3_names.h"

namespace kinesight::aws {

inline constexpr std::string_view kMetadata = "x-amz-meta-";
inline constexpr std::uint64_t kSlowestBytesPerSecond = 1024 * 1024;

/// A call that fails before it is made.
inline std::unexpected<CallError> unexpected_call(Error error) {
  CallError failed;
  failed.error = std::move(error);
  return std::unexpected(std::move(failed));
}

/// Errors: as check_bucket() and check_key().
inline Result<> check_names(const std::string& bucket, const std::string& key) {
  if (auto checked = check_bucket(bucket); !checked) return checked;
  return check_key(key);
}

/// Time for `bytes` on a slow line, on top of the usual.
inline net::Timeouts timeouts_for(std::uint64_t bytes) {
  net::Timeouts timeouts;
  timeouts.total += std::chrono::seconds(bytes / kSlowestBytesPerSecond);
  return timeouts;
}

/// A call without a place and a body yet.
inline Call call_for(std::string_view action, std::string method) {
  Call call;
  call.action = action;
  call.method = std::move(method);
  return call;
}

/// The headers that an object is stored with.
inline void add_options(Call& call, const ObjectOptions& options) {
  call.headers.push_back({"Content-Type", options.content_type});
  for (const auto& [name, value] : options.metadata)
    call.headers.push_back({fmt::format("{}{}", kMetadata, name), value});
}

}  // namespace kinesight::aws
