// The bytes of a connection, as they are or under TLS. Private to http/.
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <memory>

#include "http/tls.h"

namespace kinesight::http {

/// What came of an attempt.
struct Transfer {
  ssize_t count = 0;  ///< Bytes; 0: the other side has ended, -1: nothing, and `wanted` says whether ever.
  short wanted =
      0;  ///< What the socket must be ready for (POLLIN, POLLOUT) before another attempt; 0: never.
};

/// Reads and writes a non-blocking socket that someone else owns. Nothing waits here.
class Channel {
 public:
  virtual ~Channel() = default;

  /// What comes before the first byte: count 1 when it is done.
  virtual Transfer open() = 0;
  virtual Transfer receive(char* data, std::size_t size) = 0;
  virtual Transfer send(const char* data, std::size_t size) = 0;
  /// Whether something can be received though the socket has nothing more.
  virtual bool holds_more() const = 0;
  /// Tells the other side that nothing will follow.
  virtual void end() = 0;
};

/// As they are.
std::unique_ptr<Channel> plain_channel(int descriptor);
/// Under TLS. A client that speaks plain HTTP is told so.
std::unique_ptr<Channel> tls_channel(int descriptor, TlsContext context);

}  // namespace kinesight::http
