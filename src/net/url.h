// URLs, taken apart (RFC 3986).
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace kinesight::net {

/// An absolute http or https URL. Path and query stay percent-encoded, as they were written.
struct Url {
  std::string scheme;      ///< "http" or "https".
  std::string host;        ///< A name, an IPv4 address, or an IPv6 address in brackets.
  int port = 0;            ///< Always set: 80 or 443 when the URL names none.
  std::string path = "/";  ///< Begins with a slash.
  std::string query;       ///< Without the question mark.

  /// "host", or "host:port" when the port is not the scheme's own: what the Host header says.
  std::string authority() const;
  /// scheme://authority
  std::string origin() const;
};

/// Error: invalid (another scheme, no host, user info, a bad port); the text itself is not in the message,
/// because URLs carry signatures.
Result<Url> parse_url(std::string_view text);

/// The URL that `reference`, as a document at `base` wrote it, stands for (RFC 3986, 5.2): absolute,
/// "//host/x", "/x", "x?y", "../x" or "?y". Error: invalid.
Result<std::string> resolve_url(const Url& base, std::string_view reference);

/// Percent-encodes all but A-Z a-z 0-9 - . _ ~ (RFC 3986's unreserved) and the bytes in `keep`; in upper
/// case.
std::string percent_encode(std::string_view text, std::string_view keep = "");

/// Error: invalid (a % without two hex digits).
Result<std::string> percent_decode(std::string_view text);

}  // namespace kinesight::net
