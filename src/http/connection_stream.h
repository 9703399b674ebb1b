// A connection as cpp-httplib reads and writes it, with limits on bytes and time. Private to http/.
#pragma once

#include <httplib.h>

#include <array>
#include <chrono>
#include <functional>

#include "base/clock.h"
#include "http/channel.h"

namespace kinesight::http {

/// What a client may take of us.
struct StreamLimits {
  std::size_t request_bytes = 32 * 1024;  ///< A request, from its first byte to its last.
  Clock::Duration patience{};             ///< For a request to arrive, and for an answer to be taken.
  Clock::Duration hurried{};              ///< The same while others wait for a thread.
  std::function<bool()> hurry;            ///< Whether others wait.
};

/// Reads and writes a channel over a non-blocking socket; someone else owns both.
class ConnectionStream final : public httplib::Stream {
 public:
  ConnectionStream(int descriptor, Channel& channel, StreamLimits limits);

  /// Opens the channel (under TLS, the handshake), which may take as long as a request. False: it cannot be.
  bool open();

  /// Waits for the first byte of a request, whose limits begin then. False: the client has gone, has nothing
  /// to say, or should make room for others: at once between requests, after a moment before its `first`.
  bool await_request(bool first);

  /// Says that no more will be written, and throws away what a refused client still sends, so that closing
  /// does not reset the connection under the answer. The limits end it.
  void drain();

  /// Whether the client has been too slow, in what it sent or in what it took.
  bool timed_out() const { return timed_out_; }

  bool is_readable() const override;
  /// False too when the client has hung up, so that an event stream ends at once.
  bool is_writable() const override;
  /// Up to `size` bytes; 0 at the end, -1 on an error or beyond a limit.
  ssize_t read(char* data, std::size_t size) override;
  /// All of `size` bytes, or -1: a client that takes too long for one answer is dropped.
  ssize_t write(const char* data, std::size_t size) override;
  void get_remote_ip_and_port(std::string& ip, int& port) const override;
  void get_local_ip_and_port(std::string& ip, int& port) const override;
  socket_t socket() const override { return descriptor_; }

 private:
  /// Waits for the socket to be ready for `events`: until `patience` after `begin`, or `hurried` when others
  /// wait.
  bool wait(short events, std::chrono::steady_clock::time_point begin, Clock::Duration hurried) const;
  /// Tries `attempt` (of the channel) until it comes to something: first when the socket is ready for
  /// `wanted` (0: at once), then whenever it is for what the attempt wants. The count, or -1 when it takes
  /// too long.
  template <class Attempt>
  ssize_t transfer(short wanted, std::chrono::steady_clock::time_point begin, const Attempt& attempt);

  const int descriptor_;
  Channel& channel_;
  const StreamLimits limits_;
  std::chrono::steady_clock::time_point request_begin_;
  std::size_t request_bytes_left_ = 0;
  bool timed_out_ = false;
  std::array<char, 4096> buffer_;  // Read ahead: headers are asked for byte by byte.
  std::size_t buffer_begin_ = 0;
  std::size_t buffer_end_ = 0;
};

}  // namespace kinesight::http
