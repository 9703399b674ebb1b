// The canonical form of a request, over which Signature Version 4 is made: however the parts are written,
// client and service come to the same text.
#pragma once

#include <string>
#include <string_view>

#include "net/http.h"

namespace kinesight::aws {

/// How a service wants the path in its canonical form.
struct PathRules {
  bool normalize = true;      ///< Removes "." and ".." and doubled slashes.
  bool double_encode = true;  ///< Encodes a percent sign once more.
};

/// `path` is percent-encoded, as it is sent.
std::string canonical_path(std::string_view path, const PathRules& rules);

/// Keys with their values, sorted by key and then by value; a key without a value gets an empty one.
/// `query` is percent-encoded, as it is sent.
std::string canonical_query(std::string_view query);

/// The headers that are signed.
struct CanonicalHeaders {
  std::string lines;  ///< "name:value\n" for each name, sorted; a name's values joined by commas.
  std::string names;  ///< "host;x-amz-date"
};

/// Leaves out what proxies and libraries change, and Authorization itself.
CanonicalHeaders canonical_headers(const net::Headers& headers);

}  // namespace kinesight::aws
