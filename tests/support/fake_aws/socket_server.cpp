#include "support/fake_aws/socket_server.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/tcp.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#include <system_error>

#include "support/fake_aws/http_reader.h"

namespace kinesight::support::fake {
namespace {

constexpr int kBacklog = 128;

[[noreturn]] void throw_errno(const char* what) {
  throw std::system_error(errno, std::generic_category(), what);
}

sockaddr_in loopback(int port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

std::string head_of(const Answer& answer) {
  std::string head = fmt::format("HTTP/1.1 {} Fake\r\n", answer.response.status);
  for (const auto& [name, value] : answer.response.headers) head += fmt::format("{}: {}\r\n", name, value);
  if (answer.response.status != 204 && !answer.response.headers.contains("Content-Length")) {
    head += fmt::format("Content-Length: {}\r\n", answer.response.body.size());
  }
  return head + "\r\n";
}

/// Lets the next close() send RST.
void reset_on_close(int socket) {
  const linger now{.l_onoff = 1, .l_linger = 0};
  ::setsockopt(socket, SOL_SOCKET, SO_LINGER, &now, sizeof now);
}

}  // namespace

SocketServer::SocketServer(int port, Begin begin) : begin_(std::move(begin)) {
  listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (listener_ < 0) throw_errno("socket");
  const int yes = 1;
  ::setsockopt(listener_, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  sockaddr_in address = loopback(port);
  socklen_t size = sizeof address;
  auto* generic = reinterpret_cast<sockaddr*>(&address);
  if (::bind(listener_, generic, size) != 0 || ::listen(listener_, kBacklog) != 0 ||
      ::getsockname(listener_, generic, &size) != 0) {
    const int error = errno;
    ::close(listener_);
    throw std::system_error(error, std::generic_category(), fmt::format("listen on 127.0.0.1:{}", port));
  }
  port_ = ntohs(address.sin_port);
  acceptor_ = std::thread([this] { accept_all(); });
}

SocketServer::~SocketServer() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    for (const Connection& connection : connections_) {
      if (!connection.over) ::shutdown(connection.socket, SHUT_RDWR);
    }
  }
  stopped_.notify_all();
  ::shutdown(listener_, SHUT_RDWR);
  acceptor_.join();
  ::close(listener_);
  for (Connection& connection : connections_) connection.thread.join();
}

int SocketServer::connections() const {
  const std::lock_guard lock(mutex_);
  return accepted_;
}

void SocketServer::accept_all() {
  for (;;) {
    const int socket = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    const std::lock_guard lock(mutex_);
    if (stopping_) {
      if (socket >= 0) ::close(socket);
      return;
    }
    if (socket < 0) continue;
    const int yes = 1;
    ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    reap();
    ++accepted_;
    Connection& connection = connections_.emplace_back();
    connection.socket = socket;
    connection.thread = std::thread([this, &connection] { serve(connection); });
  }
}

void SocketServer::reap() {
  std::erase_if(connections_, [](Connection& connection) {
    if (connection.over) connection.thread.join();
    return connection.over;
  });
}

void SocketServer::serve(Connection& connection) {
  HttpReader reader(connection.socket);
  while (exchange(connection.socket, reader)) {
  }
  const std::lock_guard lock(mutex_);
  ::close(connection.socket);
  connection.over = true;
}

bool SocketServer::exchange(int socket, HttpReader& reader) {
  HttpRequest request;
  if (!reader.read_head(request)) return false;
  const std::unique_ptr<Exchange> exchange = begin_(request);
  if (!exchange) {
    reset_on_close(socket);
    return false;
  }
  if (!reader.read_body(request)) return false;
  const Answer answer = exchange->answer(request);
  if (!send(socket, answer)) {
    if (answer.ending == Ending::whole) exchange->lost();
    return false;
  }
  return ::strcasecmp(request.header("Connection").c_str(), "close") != 0;
}

bool SocketServer::send(int socket, const Answer& answer) {
  if (!pause(answer.delay_before)) return false;
  if (answer.ending == Ending::reset) {
    reset_on_close(socket);
    return false;
  }
  std::string bytes = head_of(answer);
  const std::size_t middle = bytes.size() + answer.response.body.size() / 2;
  if (!answer.head_only) bytes += answer.response.body;
  if (answer.ending == Ending::whole && answer.delay_within.count() == 0) return write_all(socket, bytes);

  const std::string_view text = bytes;
  const std::size_t half = std::min(middle, text.size());
  if (!write_all(socket, text.substr(0, half)) || !pause(answer.delay_within)) return false;
  if (answer.ending == Ending::cut) return false;
  return write_all(socket, text.substr(half));
}

bool SocketServer::pause(std::chrono::milliseconds delay) {
  if (delay.count() == 0) return true;
  std::unique_lock lock(mutex_);
  return !stopped_.wait_for(lock, delay, [this] { return stopping_; });
}

}  // namespace kinesight::support::fake
