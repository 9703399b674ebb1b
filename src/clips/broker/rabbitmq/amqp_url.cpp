#include "clips/broker/rabbitmq/amqp_url.h"

#include <algorithm>
#include <charconv>
#include <optional>

#include "net/url.h"

namespace kinesight::clips {
namespace {

constexpr std::size_t kLongestName = 255;  // AMQP's short strings.
constexpr std::string_view kEncodeHint =
    "percent-encode what is not a letter or a digit in the user name and the password (@ is %40, / is %2F, : "
    "is %3A)";

std::unexpected<Error> wrong(std::string_view what) {
  return fail(ErrorKind::invalid, "a RabbitMQ URL (amqp://user:password@host:port/vhost); of this one: {}",
              what);
}

bool is_control(char c) { return static_cast<unsigned char>(c) < ' ' || c == '\x7f'; }

bool in_host_name(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '-' ||
         c == '_';
}

bool in_ipv6_address(char c) {
  return (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F') || (c >= '0' && c <= '9') || c == '.' || c == ':';
}

std::optional<int> read_port(std::string_view text) {
  int port = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, trouble] = std::from_chars(text.data(), end, port);
  if (trouble != std::errc() || stop != end || port < 1 || port > 65535) return std::nullopt;
  return port;
}

Result<std::string> decoded(std::string_view text, std::string_view what) {
  auto name = net::percent_decode(text);
  if (!name) return wrong(fmt::format("a % in the {} is not followed by two hex digits", what));
  if (name->size() > kLongestName) return wrong(fmt::format("the {} has more than 255 bytes", what));
  if (std::ranges::any_of(*name, is_control)) return wrong(fmt::format("control characters in the {}", what));
  return name;
}

Result<> read_user(std::string_view text, AmqpUrl& url) {
  const auto colon = text.find(':');
  if (colon == std::string_view::npos || colon + 1 == text.size())
    return wrong("there is a user name but no password");
  if (colon == 0) return wrong("there is a password but no user name");
  if (text.find(':', colon + 1) != std::string_view::npos)
    return wrong(fmt::format("there is more than one : before the @; {}", kEncodeHint));
  auto user = decoded(text.substr(0, colon), "user name");
  if (!user) return std::unexpected(user.error());
  auto password = decoded(text.substr(colon + 1), "password");
  if (!password) return std::unexpected(password.error());
  url.user = *std::move(user);
  url.password = Secret(*password);
  return {};
}

/// "host", "host:5672", "[::1]" or "[::1]:5672".
Result<> read_host(std::string_view text, AmqpUrl& url) {
  std::string_view rest;
  if (text.starts_with('[')) {
    const auto bracket = text.find(']');
    if (bracket == std::string_view::npos) return wrong("the [ before the host has no ] after it");
    url.host = text.substr(1, bracket - 1);
    rest = text.substr(bracket + 1);
    if (url.host.empty() || !std::ranges::all_of(url.host, in_ipv6_address))
      return wrong("between [ and ] there is no IPv6 address");
    if (!rest.empty() && rest[0] != ':') return wrong("after the ] there is something else than a port");
  } else {
    const auto colon = std::min(text.find(':'), text.size());
    url.host = text.substr(0, colon);
    rest = text.substr(colon);
    if (url.host.empty()) return wrong("it has no host");
    if (url.host.size() > 253 || !std::ranges::all_of(url.host, in_host_name))
      return wrong("its host is not a host name");
  }
  if (rest.empty()) return {};
  const auto port = read_port(rest.substr(1));
  if (!port)
    return wrong(
        fmt::format("its port is not a number from 1 to 65535 (or the user name or the password is "
                    "written wrongly: {})",
                    kEncodeHint));
  url.port = *port;
  return {};
}

}  // namespace

std::string AmqpUrl::shown() const {
  const bool ipv6 = host.contains(':');
  return fmt::format("{}://{}@{}{}{}:{}/{}", tls ? "amqps" : "amqp", net::percent_encode(user),
                     ipv6 ? "[" : "", host, ipv6 ? "]" : "", port, net::percent_encode(vhost));
}

Result<AmqpUrl> parse_amqp_url(std::string_view text) {
  AmqpUrl url;
  if (text.starts_with("amqps://")) {
    url.tls = true;
    url.port = 5671;
  } else if (!text.starts_with("amqp://")) {
    return wrong("it begins neither with amqp:// nor with amqps://");
  }
  std::string_view rest = text.substr(text.find("://") + 3);
  if (rest.find_first_of("?#") != std::string_view::npos)
    return wrong(
        fmt::format("it has a query or a fragment; heartbeat, connect time and the like are options "
                    "of their own. If the ? or # is in a name: {}",
                    kEncodeHint));
  const auto slash = std::min(rest.find('/'), rest.size());
  const std::string_view authority = rest.substr(0, slash);
  const auto at = authority.find('@');
  if (at != authority.rfind('@')) return wrong(fmt::format("it has more than one @; {}", kEncodeHint));
  if (at != std::string_view::npos) {
    if (auto done = read_user(authority.substr(0, at), url); !done) return std::unexpected(done.error());
  }
  if (auto done = read_host(at == std::string_view::npos ? authority : authority.substr(at + 1), url); !done)
    return std::unexpected(done.error());
  if (slash + 1 >= rest.size()) return url;
  auto vhost = decoded(rest.substr(slash + 1), "vhost");
  if (!vhost) return std::unexpected(vhost.error());
  url.vhost = *std::move(vhost);
  return url;
}

}  // namespace kinesight::clips
