// A client that does to a server what no library would.
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <stdexcept>
#include <string>
#include <string_view>

namespace kinesight::http {

/// A TCP connection to this machine.
class RawClient {
 public:
  /// `from`: the last part of the address in 127.0.0.0/24 that it comes from.
  explicit RawClient(int port, std::uint32_t from = 1) : descriptor_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl((INADDR_LOOPBACK & ~0xffU) | from);
    if (::bind(descriptor_, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) {
      throw std::runtime_error("cannot bind");
    }
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::connect(descriptor_, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) {
      throw std::runtime_error("cannot connect");
    }
  }
  ~RawClient() { ::close(descriptor_); }
  RawClient(const RawClient&) = delete;
  RawClient& operator=(const RawClient&) = delete;

  /// False when the server has closed the connection.
  bool send(std::string_view text) {
    return ::send(descriptor_, text.data(), text.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(text.size());
  }

  /// Whether there is something to read.
  bool has_answer() const {
    pollfd ready{descriptor_, POLLIN, 0};
    return ::poll(&ready, 1, 0) == 1;
  }

  /// Reads until `text` has come; throws when the connection ends or ten seconds pass before it.
  std::string read_until(std::string_view text) {
    while (received_.find(text) == std::string::npos) {
      if (!receive()) throw std::runtime_error("the connection ended before '" + std::string(text) + "'");
    }
    const auto end = received_.find(text) + text.size();
    std::string part = received_.substr(0, end);
    received_.erase(0, end);
    return part;
  }

  /// Reads until `text` has come (true) or the server closes the connection.
  bool read_all_or(std::string_view text) {
    while (received_.find(text) == std::string::npos) {
      if (!receive()) return false;
    }
    return true;
  }

  /// Reads until the server closes the connection.
  std::string read_all() {
    while (receive()) {
    }
    return std::move(received_);
  }

 private:
  bool receive() {
    pollfd ready{descriptor_, POLLIN, 0};
    if (::poll(&ready, 1, 10'000) != 1) throw std::runtime_error("the server said nothing for ten seconds");
    char buffer[4096];
    const ssize_t count = ::recv(descriptor_, buffer, sizeof buffer, 0);
    if (count > 0) received_.append(buffer, static_cast<std::size_t>(count));
    return count > 0;
  }

  const int descriptor_;
  std::string received_;
};

}  // namespace kinesight::http
