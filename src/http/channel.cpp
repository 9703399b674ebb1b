#include "http/channel.h"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <limits>
#include <string>
#include <utility>

#include "http/json.h"

namespace kinesight::http {
namespace {

/// What a client is told, in its own language, that speaks plain HTTP where TLS is spoken.
std::string plain_http_answer() {
  const std::string body = error_json("this port speaks HTTPS: ask for https://");
  return fmt::format(
      "HTTP/1.1 400 Bad Request\r\nContent-Type: application/json\r\nContent-Length: {}\r\nConnection: "
      "close\r\n\r\n{}",
      body.size(), body);
}

class PlainChannel final : public Channel {
 public:
  explicit PlainChannel(int descriptor) : descriptor_(descriptor) {}

  Transfer open() override { return {.count = 1}; }
  Transfer receive(char* data, std::size_t size) override {
    return outcome(::recv(descriptor_, data, size, 0), POLLIN);
  }
  Transfer send(const char* data, std::size_t size) override {
    return outcome(::send(descriptor_, data, size, MSG_NOSIGNAL), POLLOUT);
  }
  bool holds_more() const override { return false; }
  void end() override {}

 private:
  static Transfer outcome(ssize_t count, short event) {
    const bool later = count < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR);
    return {.count = count, .wanted = later ? event : short{0}};
  }

  const int descriptor_;
};

// OpenSSL writes without MSG_NOSIGNAL: programs that serve ignore SIGPIPE (cli/shutdown_signals).
class TlsChannel final : public Channel {
 public:
  TlsChannel(int descriptor, TlsContext context)
      : descriptor_(descriptor), context_(std::move(context)), tls_(SSL_new(context_.get()), &SSL_free) {
    if (tls_) SSL_set_fd(tls_.get(), descriptor_);
  }

  Transfer open() override {
    if (!tls_) return {.count = -1};
    const Transfer opened = attempt([this] { return SSL_accept(tls_.get()); });
    if (opened.count < 0 && opened.wanted == 0 && plain_http_) {
      say_plainly(plain_http_answer());
    }
    return opened;
  }
  Transfer receive(char* data, std::size_t size) override {
    return attempt([&] { return SSL_read(tls_.get(), data, limited(size)); });
  }
  Transfer send(const char* data, std::size_t size) override {
    return attempt([&] { return SSL_write(tls_.get(), data, limited(size)); });
  }
  bool holds_more() const override { return tls_ && SSL_pending(tls_.get()) > 0; }
  void end() override {
    // After a failure there is nothing to end (SSL_shutdown(3)).
    if (!tls_ || failed_ || !SSL_is_init_finished(tls_.get())) return;
    ERR_clear_error();
    SSL_shutdown(tls_.get());
  }

 private:
  static int limited(std::size_t size) {
    return static_cast<int>(std::min<std::size_t>(size, std::numeric_limits<int>::max()));
  }

  /// What has come of the request is thrown away: closing over it would reset the connection and the answer.
  void say_plainly(const std::string& told) {
    ::send(descriptor_, told.data(), told.size(), MSG_NOSIGNAL);
    ::shutdown(descriptor_, SHUT_WR);
    std::array<char, 4096> waste;
    while (::recv(descriptor_, waste.data(), waste.size(), 0) > 0) {
    }
  }

  template <class Call>
  Transfer attempt(const Call& call) {
    ERR_clear_error();  // SSL_get_error() looks at what is left of other calls too.
    const int count = call();
    if (count > 0) return {.count = count};
    switch (SSL_get_error(tls_.get(), count)) {
      case SSL_ERROR_WANT_READ:
        return {.count = -1, .wanted = POLLIN};
      case SSL_ERROR_WANT_WRITE:
        return {.count = -1, .wanted = POLLOUT};
      case SSL_ERROR_ZERO_RETURN:
        return {.count = 0};
      default:
        failed_ = true;
        plain_http_ = ERR_GET_REASON(ERR_peek_error()) == SSL_R_HTTP_REQUEST;
        ERR_clear_error();
        return {.count = -1};
    }
  }

  const int descriptor_;
  const TlsContext context_;
  const std::unique_ptr<SSL, decltype(&SSL_free)> tls_;
  bool failed_ = false;
  bool plain_http_ = false;
};

}  // namespace

std::unique_ptr<Channel> plain_channel(int descriptor) { return std::make_unique<PlainChannel>(descriptor); }

std::unique_ptr<Channel> tls_channel(int descriptor, TlsContext context) {
  return std::make_unique<TlsChannel>(descriptor, std::move(context));
}

}  // namespace kinesight::http
