// A server that does on each connection what a test says: answers well, slowly, halfway, or not at all.
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <csignal>
#include <functional>
#include <list>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace kinesight::net {

/// The server's end of a connection.
class Peer {
 public:
  Peer(int descriptor, SSL_CTX* tls) : descriptor_(descriptor) {
    if (!tls) return;
    ssl_ = SSL_new(tls);
    SSL_set_fd(ssl_, descriptor_);
    ready_ = SSL_accept(ssl_) == 1;
  }
  ~Peer() {
    if (ssl_ && ready_) SSL_shutdown(ssl_);
    SSL_free(ssl_);
  }
  Peer(const Peer&) = delete;
  Peer& operator=(const Peer&) = delete;

  /// The next request, head and body; nothing when the client has gone.
  std::optional<std::string> request() {
    if (!fill_to("\r\n\r\n")) return std::nullopt;
    const auto head = received_.find("\r\n\r\n") + 4;
    const auto length = received_.find("Content-Length: ");
    const std::size_t body = length < head ? std::stoul(received_.substr(length + 16)) : 0;
    while (received_.size() < head + body)
      if (!fill()) return std::nullopt;
    std::string whole = received_.substr(0, head + body);
    received_.erase(0, head + body);
    return whole;
  }

  bool send(std::string_view text) {
    while (!text.empty()) {
      const auto count = ssl_ ? SSL_write(ssl_, text.data(), static_cast<int>(text.size()))
                              : ::send(descriptor_, text.data(), text.size(), MSG_NOSIGNAL);
      if (count <= 0) return false;
      text.remove_prefix(static_cast<std::size_t>(count));
    }
    return true;
  }

  /// Answers 200 with `body`; the connection stays.
  bool answer(std::string_view body = "ok") {
    return send("HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" +
                std::string(body));
  }

  /// Lets time pass; false when the client has gone meanwhile.
  bool pause(std::chrono::milliseconds length) {
    pollfd ready{descriptor_, POLLIN | POLLRDHUP, 0};
    return ::poll(&ready, 1, static_cast<int>(length.count())) == 0;
  }

  /// Waits until the client goes.
  void await_end() {
    while (fill()) {
    }
  }

  /// Ends the connection with a reset rather than in good order.
  void reset() {
    const linger at_once{1, 0};
    ::setsockopt(descriptor_, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  }

 private:
  bool fill() {
    char buffer[65536];
    const auto count =
        ssl_ ? SSL_read(ssl_, buffer, sizeof buffer) : ::recv(descriptor_, buffer, sizeof buffer, 0);
    if (count > 0) received_.append(buffer, static_cast<std::size_t>(count));
    return count > 0;
  }
  bool fill_to(std::string_view text) {
    while (!received_.contains(text))
      if (!fill()) return false;
    return true;
  }

  int descriptor_;
  SSL* ssl_ = nullptr;
  bool ready_ = true;
  std::string received_;
};

/// Runs the script for each connection, on a thread of its own, and closes the connection after it.
class ScriptedServer {
 public:
  using Script = std::function<void(Peer&)>;

  explicit ScriptedServer(Script script, SSL_CTX* tls = nullptr)
      : script_(std::move(script)), tls_(tls), listener_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    if (::bind(listener_, reinterpret_cast<sockaddr*>(&address), size) != 0 || ::listen(listener_, 64) != 0 ||
        ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size) != 0)
      throw std::runtime_error("cannot listen");
    port_ = ntohs(address.sin_port);
    acceptor_ = std::thread([this] { accept_all(); });
  }
  ~ScriptedServer() {
    ::shutdown(listener_, SHUT_RDWR);
    acceptor_.join();
    ::close(listener_);
    {
      std::lock_guard lock(mutex_);
      for (const int descriptor : open_) ::shutdown(descriptor, SHUT_RDWR);
    }
    for (auto& thread : threads_) thread.join();
  }
  ScriptedServer(const ScriptedServer&) = delete;
  ScriptedServer& operator=(const ScriptedServer&) = delete;

  int port() const { return port_; }
  int connections() const { return connections_; }
  /// Waits until this many connections have been closed.
  void await_closed(int count) {
    std::unique_lock lock(mutex_);
    one_closed_.wait(lock, [&] { return closed_ >= count; });
  }
  std::string url(std::string_view path = "/") const {
    return std::string(tls_ ? "https://" : "http://") + "127.0.0.1:" + std::to_string(port_) +
           std::string(path);
  }

 private:
  void accept_all() {
    for (int descriptor; (descriptor = ::accept(listener_, nullptr, nullptr)) >= 0;) {
      ++connections_;
      std::lock_guard lock(mutex_);
      open_.push_back(descriptor);
      threads_.emplace_back([this, descriptor] { serve(descriptor); });
    }
  }
  void serve(int descriptor) {
    sigset_t broken_pipe;  // OpenSSL's writes raise it; the client must do without our help.
    sigemptyset(&broken_pipe);
    sigaddset(&broken_pipe, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &broken_pipe, nullptr);
    {
      Peer peer(descriptor, tls_);
      script_(peer);
    }
    std::lock_guard lock(mutex_);
    open_.remove(descriptor);
    ::close(descriptor);
    ++closed_;
    one_closed_.notify_all();
  }

  const Script script_;
  SSL_CTX* const tls_;
  int listener_;
  int port_ = 0;
  std::atomic<int> connections_ = 0;
  std::mutex mutex_;
  std::condition_variable one_closed_;
  int closed_ = 0;
  std::list<int> open_;
  std::vector<std::thread> threads_;  // Of the acceptor's, until it has ended.
  std::thread acceptor_;
};

/// Answers every request on every connection.
inline void answer_all(Peer& peer) {
  while (peer.request() && peer.answer()) {
  }
}

}  // namespace kinesight::net
