// An HTTP client that sees what is on the wire: resets, cut answers, bodies that are too short.
#pragma once

#include <arpa/inet.h>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace kinesight::support {

/// What came back over a connection.
struct WireAnswer {
  int status = 0;  ///< 0: not a byte.
  std::string head;
  std::string body;
  std::size_t announced = 0;  ///< Content-Length.
  bool reset = false;         ///< The connection was reset.

  bool whole() const { return status != 0 && body.size() == announced; }
  /// The field's value, "" without.
  std::string header(std::string_view name) const {
    const auto at = head.find(fmt::format("\r\n{}: ", name));
    if (at == std::string::npos) return "";
    const auto start = at + name.size() + 4;
    return head.substr(start, head.find("\r\n", start) - start);
  }
};

using WireHeaders = std::vector<std::pair<std::string, std::string>>;

/// A connection to 127.0.0.1.
class WireClient {
 public:
  explicit WireClient(int port) : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    connected_ = ::connect(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
  }
  ~WireClient() { ::close(socket_); }
  WireClient(const WireClient&) = delete;
  WireClient& operator=(const WireClient&) = delete;

  bool connected() const { return connected_; }

  WireAnswer send(const std::string& method, const std::string& target, const WireHeaders& headers,
                  const std::string& body) {
    std::string request = fmt::format("{} {} HTTP/1.1\r\n", method, target);
    bool has_host = false;
    for (const auto& [name, value] : headers) {
      request += fmt::format("{}: {}\r\n", name, value);
      has_host = has_host || name == "Host";
    }
    if (!has_host) request += "Host: localhost\r\n";
    request += fmt::format("Content-Length: {}\r\n\r\n", body.size());
    send_raw(request + body);
    return receive(method == "HEAD");
  }
  void send_raw(std::string_view bytes) { ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL); }

  WireAnswer receive(bool head_only = false) {
    WireAnswer answer;
    while (buffer_.find("\r\n\r\n") == std::string::npos) {
      if (!fill(answer)) return answer;
    }
    const auto end = buffer_.find("\r\n\r\n");
    answer.head = buffer_.substr(0, end + 2);
    buffer_.erase(0, end + 4);
    answer.status = std::stoi(answer.head.substr(answer.head.find(' ')));
    const std::string length = answer.header("Content-Length");
    answer.announced = head_only || length.empty() ? 0 : std::stoul(length);
    while (buffer_.size() < answer.announced && fill(answer)) {
    }
    answer.body = std::exchange(buffer_, {});
    return answer;
  }

 private:
  bool fill(WireAnswer& answer) {
    std::array<char, 65536> bytes{};
    const ssize_t count = ::recv(socket_, bytes.data(), bytes.size(), 0);
    answer.reset = answer.reset || (count < 0 && errno == ECONNRESET);
    if (count > 0) buffer_.append(bytes.data(), static_cast<std::size_t>(count));
    return count > 0;
  }

  const int socket_;
  bool connected_ = false;
  std::string buffer_;
};

}  // namespace kinesight::support
