// Reads HTTP/1.1 requests (RFC 9112) with their bodies, header fields as they were sent: signatures are made
// over them. Private to http/.
#pragma once

#include <httplib.h>

#include <cstddef>
#include <expected>
#include <string>
#include <string_view>

#include "http/plain_server.h"

namespace kinesight::http {

/// The most bytes of a request's line and header fields together.
inline constexpr std::size_t kMaxHeadBytes = 32 * 1024;

/// A request, read to the end of its header fields or of its body.
struct Received {
  Incoming request;
  bool newer = true;       ///< HTTP/1.1 rather than 1.0.
  bool keep_alive = true;  ///< Whether the client wants to send another one on this connection.
};

/// A request that is not served. What follows it on the connection is no request.
struct Unreadable {
  int status = 0;  ///< What to answer; 0: nothing, the client has gone or is too slow.
  std::string message;
};

/// Reads a request up to its body.
std::expected<Received, Unreadable> read_head(httplib::Stream& stream);
/// Whether this field says that a body of at least a byte follows, or what may be one.
bool announces_body(std::string_view name, std::string_view value);
/// Reads the body that follows these fields. Answers "Expect: 100-continue" when the body is going to be
/// read.
std::expected<std::string, Unreadable> read_body(httplib::Stream& stream, const net::Headers& headers,
                                                 std::size_t max_bytes);

/// Reads one request with its body. Answers "Expect: 100-continue" when the body is going to be read.
std::expected<Received, Unreadable> read_request(httplib::Stream& stream, std::size_t max_body_bytes);

}  // namespace kinesight::http
