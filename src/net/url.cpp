#include "net/url.h"

#include <algorithm>
#include <charconv>
#include <optional>

namespace kinesight::net {
namespace {

bool is_alphanumeric(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

bool is_unreserved(char c) { return is_alphanumeric(c) || c == '-' || c == '.' || c == '_' || c == '~'; }

/// The value of a hex digit, -1 for anything else.
int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return -1;
}

std::string lower(std::string_view text) {
  std::string result(text);
  for (char& c : result)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return result;
}

int default_port(std::string_view scheme) { return scheme == "https" ? 443 : 80; }

bool valid_host(std::string_view host) {
  if (host.size() > 253) return false;
  if (host.starts_with('[')) {
    return host.size() > 2 && host.ends_with(']') &&
           std::ranges::all_of(host.substr(1, host.size() - 2),
                               [](char c) { return hex_value(c) >= 0 || c == ':' || c == '.'; });
  }
  return !host.empty() && std::ranges::all_of(host, [](char c) {
    return is_alphanumeric(c) || c == '-' || c == '.' || c == '_';
  });
}

std::optional<int> parse_port(std::string_view text) {
  int port = 0;
  const auto [end, trouble] = std::from_chars(text.data(), text.data() + text.size(), port);
  if (trouble != std::errc() || end != text.data() + text.size() || port < 1 || port > 65535)
    return std::nullopt;
  return port;
}

/// Host and port of `url` from "host", "host:port", "[address]" or "[address]:port".
Result<> read_authority(std::string_view authority, Url& url) {
  if (authority.contains('@'))
    return fail(ErrorKind::invalid, "a URL must not hold a user name or a password");
  const auto bracket = authority.find(']');
  const auto colon = authority.find(':', bracket == std::string_view::npos ? 0 : bracket);
  url.host = lower(authority.substr(0, colon));
  if (!valid_host(url.host))
    return fail(ErrorKind::invalid, "the URL's host is missing or is not a host name");
  url.port = default_port(url.scheme);
  if (colon == std::string_view::npos) return {};
  const auto port = parse_port(authority.substr(colon + 1));
  if (!port) return fail(ErrorKind::invalid, "the URL's port is not a number from 1 to 65535");
  url.port = *port;
  return {};
}

/// Whether a byte would end the request line or be cut off by somebody on the way.
bool breaks_a_request_line(char c) { return static_cast<unsigned char>(c) <= ' ' || c == '\x7f'; }

}  // namespace

std::string Url::authority() const {
  return port == default_port(scheme) ? host : fmt::format("{}:{}", host, port);
}

std::string Url::origin() const { return scheme + "://" + authority(); }

Result<Url> parse_url(std::string_view text) {
  const auto scheme_end = text.find("://");
  if (scheme_end == std::string_view::npos)
    return fail(ErrorKind::invalid, "a URL begins with http:// or https://");
  Url url;
  url.scheme = lower(text.substr(0, scheme_end));
  if (url.scheme != "http" && url.scheme != "https")
    return fail(ErrorKind::invalid, "a URL begins with http:// or https://");
  if (std::ranges::any_of(text, breaks_a_request_line))
    return fail(ErrorKind::invalid, "a URL must not hold blanks or control characters: percent-encode them");

  std::string_view rest = text.substr(scheme_end + 3);
  rest = rest.substr(0, rest.find('#'));  // A fragment is for the reader; it is never sent.
  const auto authority_end = std::min(rest.find_first_of("/?"), rest.size());
  if (auto done = read_authority(rest.substr(0, authority_end), url); !done)
    return std::unexpected(done.error());

  const std::string_view target = rest.substr(authority_end);
  const auto question = target.find('?');
  if (question != 0 && !target.empty()) url.path = target.substr(0, question);
  if (question != std::string_view::npos) url.query = target.substr(question + 1);
  return url;
}

namespace {

/// RFC 3986, 5.2.4, for a path that begins with a slash.
std::string without_dots(std::string_view path) {
  std::string result;
  while (!path.empty()) {
    const auto end = std::min(path.find('/', 1), path.size());
    const std::string_view segment = path.substr(0, end);
    const bool last = end == path.size();
    if (segment == "/..") result.erase(std::min(result.rfind('/'), result.size()));
    if (segment != "/.." && segment != "/.") {
      result += segment;
    } else if (last) {
      result += '/';
    }
    path.remove_prefix(end);
  }
  return result.empty() ? "/" : result;
}

}  // namespace

Result<std::string> resolve_url(const Url& base, std::string_view reference) {
  if (reference.empty()) return fail(ErrorKind::invalid, "a relative URL is empty");
  std::string text;
  if (const auto colon = reference.find(':'); colon < reference.find_first_of("/?#")) {
    text = reference;
  } else if (reference.starts_with("//")) {
    text = base.scheme + ":" + std::string(reference);
  } else {
    const auto mark = std::min(reference.find_first_of("?#"), reference.size());
    const std::string_view path = reference.substr(0, mark);
    std::string whole = path.empty() ? base.path
                        : path.starts_with('/')
                            ? std::string(path)
                            : base.path.substr(0, base.path.rfind('/') + 1) + std::string(path);
    text = base.origin() + without_dots(whole) + std::string(reference.substr(mark));
  }
  const auto url = parse_url(text);
  if (!url) return std::unexpected(url.error());
  return url->origin() + url->path + (url->query.empty() ? "" : "?" + url->query);
}

std::string percent_encode(std::string_view text, std::string_view keep) {
  constexpr std::string_view kHex = "0123456789ABCDEF";
  std::string encoded;
  encoded.reserve(text.size() + text.size() / 4);
  for (const char c : text) {
    if (is_unreserved(c) || keep.contains(c)) {
      encoded += c;
    } else {
      const auto byte = static_cast<unsigned char>(c);
      encoded += {'%', kHex[byte >> 4], kHex[byte & 15]};
    }
  }
  return encoded;
}

Result<std::string> percent_decode(std::string_view text) {
  std::string decoded;
  decoded.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      decoded += text[i];
      continue;
    }
    const int high = i + 1 < text.size() ? hex_value(text[i + 1]) : -1;
    const int low = i + 2 < text.size() ? hex_value(text[i + 2]) : -1;
    if (high < 0 || low < 0)
      return fail(ErrorKind::invalid, "a % must be followed by two hex digits; byte {} is not", i);
    decoded += static_cast<char>(high * 16 + low);
    i += 2;
  }
  return decoded;
}

}  // namespace kinesight::net
