// A TCP socket that closes itself, and the one that listens.
#pragma once

#include <sys/socket.h>

#include <optional>
#include <string>
#include <utility>

#include "base/result.h"

namespace kinesight::http {

/// Whether an address is this machine's alone: 127.0.0.0/8, ::1, and the former written as IPv6.
bool is_loopback(const sockaddr_storage& address);
/// Where a connection came from: an address without its port; empty when the other side has gone already.
std::string peer_address(int descriptor);
/// Whether a connection came over loopback.
bool peer_is_loopback(int descriptor);

/// Owns a socket.
class Socket {
 public:
  Socket() = default;
  explicit Socket(int descriptor) : descriptor_(descriptor) {}
  ~Socket();
  Socket(Socket&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}
  Socket& operator=(Socket&& other) noexcept {
    std::swap(descriptor_, other.descriptor_);
    return *this;
  }

  int descriptor() const { return descriptor_; }
  explicit operator bool() const { return descriptor_ >= 0; }

 private:
  int descriptor_ = -1;
};

/// Listens on one address.
class Listener {
 public:
  /// Errors: invalid (no such host), denied (a port below 1024, an address that isn't ours), unavailable
  /// (taken).
  static Result<Listener> bind(const std::string& host, int port);

  int port() const { return port_; }
  int descriptor() const { return socket_.descriptor(); }
  /// Whether only this machine can reach it.
  bool loopback() const { return loopback_; }
  /// The host in a URL that works on this machine: "127.0.0.1" for a wildcard address.
  const std::string& url_host() const { return url_host_; }

  /// Waits for the next connection; nothing once it is shut down.
  std::optional<Socket> accept();
  /// Wakes accept() for good. May be called from any thread.
  void shut_down();

 private:
  Listener(Socket socket) : socket_(std::move(socket)) {}

  Socket socket_;
  int port_ = 0;
  bool loopback_ = false;
  std::string url_host_;
};

}  // namespace kinesight::http
