// Reads HTTP/1.1 requests from a socket.
#pragma once

#include <string>

#include "support/fake_aws/http.h"

namespace kinesight::support::fake {

/// Reads what one connection's client sends. What came too early for one request is kept for the next.
class HttpReader {
 public:
  explicit HttpReader(int socket) : socket_(socket) {}

  /// Reads a request's head; false when the connection ended or what came is not HTTP.
  bool read_head(HttpRequest& request);
  /// Reads the body that the head announces, by length or in chunks.
  bool read_body(HttpRequest& request);

 private:
  bool fill();
  bool take_line(std::string& line);
  bool take(std::size_t bytes, std::string& into);
  bool read_chunks(std::string& body);

  const int socket_;
  std::string buffer_;
};

/// Writes all of `bytes`; false when the connection is gone.
bool write_all(int socket, std::string_view bytes);

}  // namespace kinesight::support::fake
