#include "http/socket.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <memory>

namespace kinesight::http {
namespace {

using Addresses = std::unique_ptr<addrinfo, decltype(&freeaddrinfo)>;

Result<Addresses> resolve(const std::string& host, int port) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV;
  addrinfo* found = nullptr;
  const int code =
      getaddrinfo(host.empty() ? nullptr : host.c_str(), std::to_string(port).c_str(), &hints, &found);
  if (code != 0) {
    return fail(ErrorKind::invalid, "cannot listen on {}:{}: {}", host, port, gai_strerror(code));
  }
  return Addresses(found, &freeaddrinfo);
}

Result<Socket> listen_on(const addrinfo& address, const std::string& host, int port) {
  Socket socket(::socket(address.ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0));
  const int on = 1;
  const int off = 0;
  // Not SO_REUSEPORT: a second service on the port must fail rather than take half of the connections.
  setsockopt(socket.descriptor(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (address.ai_family == AF_INET6)
    setsockopt(socket.descriptor(), IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof off);
  if (!socket || ::bind(socket.descriptor(), address.ai_addr, address.ai_addrlen) != 0 ||
      ::listen(socket.descriptor(), 128) != 0) {
    const int code = errno;
    const ErrorKind kind =
        code == EACCES || code == EADDRNOTAVAIL ? ErrorKind::denied : ErrorKind::unavailable;
    return fail(kind, "cannot listen on {}:{}: {}{}", host, port, std::strerror(code),
                code == EADDRINUSE ? "; end what uses the port, or choose another" : "");
  }
  return socket;
}

std::string text_for_url(const sockaddr_storage& address) {
  char text[INET6_ADDRSTRLEN] = {};
  if (address.ss_family == AF_INET) {
    const auto& v4 = reinterpret_cast<const sockaddr_in&>(address);
    if (v4.sin_addr.s_addr == htonl(INADDR_ANY)) return "127.0.0.1";
    return inet_ntop(AF_INET, &v4.sin_addr, text, sizeof text);
  }
  const auto& v6 = reinterpret_cast<const sockaddr_in6&>(address);
  if (IN6_IS_ADDR_UNSPECIFIED(&v6.sin6_addr)) return "[::1]";
  return "[" + std::string(inet_ntop(AF_INET6, &v6.sin6_addr, text, sizeof text)) + "]";
}

}  // namespace

bool is_loopback(const sockaddr_storage& address) {
  if (address.ss_family == AF_INET) {
    const auto& v4 = reinterpret_cast<const sockaddr_in&>(address);
    return ntohl(v4.sin_addr.s_addr) >> 24 == 127;
  }
  if (address.ss_family != AF_INET6) return false;
  const in6_addr& v6 = reinterpret_cast<const sockaddr_in6&>(address).sin6_addr;
  // A socket for both families shows IPv4 clients as ::ffff:127.0.0.1.
  return IN6_IS_ADDR_LOOPBACK(&v6) || (IN6_IS_ADDR_V4MAPPED(&v6) && v6.s6_addr[12] == 127);
}

std::string peer_address(int descriptor) {
  sockaddr_storage peer{};
  socklen_t size = sizeof peer;
  char text[NI_MAXHOST] = {};
  if (::getpeername(descriptor, reinterpret_cast<sockaddr*>(&peer), &size) != 0) return {};
  ::getnameinfo(reinterpret_cast<sockaddr*>(&peer), size, text, sizeof text, nullptr, 0, NI_NUMERICHOST);
  return text;
}

bool peer_is_loopback(int descriptor) {
  sockaddr_storage peer{};
  socklen_t size = sizeof peer;
  return ::getpeername(descriptor, reinterpret_cast<sockaddr*>(&peer), &size) == 0 && is_loopback(peer);
}

Socket::~Socket() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

Result<Listener> Listener::bind(const std::string& host, int port) {
  auto addresses = resolve(host, port);
  if (!addresses) return std::unexpected(addresses.error());
  auto socket = listen_on(**addresses, host, port);
  if (!socket) return std::unexpected(socket.error());
  Listener listener(std::move(*socket));
  sockaddr_storage bound{};
  socklen_t size = sizeof bound;
  getsockname(listener.descriptor(), reinterpret_cast<sockaddr*>(&bound), &size);
  listener.port_ = ntohs(reinterpret_cast<const sockaddr_in&>(bound).sin_port);  // At one place in v4 and v6.
  listener.loopback_ = is_loopback(bound);
  listener.url_host_ = text_for_url(bound);
  return listener;
}

std::optional<Socket> Listener::accept() {
  for (;;) {
    Socket connection(::accept4(descriptor(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
    if (connection) {
      const int on = 1;  // Answers are written whole: waiting to fill a packet would only delay events.
      setsockopt(connection.descriptor(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
      return connection;
    }
    switch (errno) {
      case EINTR:
      case ECONNABORTED:
        continue;
      case EMFILE:
      case ENFILE:
      case ENOBUFS:
      case ENOMEM:
        ::poll(nullptr, 0, 50);
        continue;  // Out of descriptors or memory: others will give some back.
      default:
        return std::nullopt;
    }
  }
}

void Listener::shut_down() { ::shutdown(descriptor(), SHUT_RDWR); }

}  // namespace kinesight::http
