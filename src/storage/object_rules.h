// What keys and attributes every object store takes, so that a clip that one takes another does not refuse.
#pragma once

#include <string_view>

#include "base/result.h"
#include "storage/object_store.h"

namespace kinesight::storage {

inline constexpr std::size_t kMaxKeyBytes = 1024;       ///< Of S3 and Azure.
inline constexpr std::size_t kMaxNameBytes = 200;       ///< Between two slashes: file systems have 255.
inline constexpr std::size_t kMaxMetadataBytes = 2048;  ///< Names and values together: S3's limit.

/// Error: invalid. A key is names with slashes between them, in UTF-8 without control characters and
/// backslashes; no name is ".", ".." or empty, ends with a dot, or is longer than kMaxNameBytes.
Result<> check_object_key(std::string_view key);

/// Error: invalid (a header that HTTP or one of the services would not carry as it is).
Result<> check_attributes(const ObjectAttributes& attributes);

}  // namespace kinesight::storage
