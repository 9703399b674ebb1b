#include "http/request_reader.h"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <optional>
#include <string_view>

namespace kinesight::http {
namespace {

constexpr std::size_t kMaxTargetBytes = 8 * 1024;
constexpr std::size_t kMaxChunkLine = 256;

std::unexpected<Unreadable> refuse(int status, std::string message) {
  return std::unexpected(Unreadable{status, std::move(message)});
}

std::unexpected<Unreadable> gone() { return std::unexpected(Unreadable{}); }

/// A line without its end; nothing when there are more than `limit` bytes of it. Uses up `limit`.
std::expected<std::string, Unreadable> read_line(httplib::Stream& stream, std::size_t& limit) {
  std::string line;
  char byte = 0;
  while (limit > 0) {
    if (stream.read(&byte, 1) != 1) return gone();
    --limit;
    if (byte != '\n') {
      line += byte;
      continue;
    }
    if (line.ends_with('\r')) line.pop_back();
    return line;
  }
  return refuse(431, "the request's header is too long");
}

std::expected<std::string, Unreadable> read_bytes(httplib::Stream& stream, std::size_t count) {
  std::string bytes(count, '\0');
  for (std::size_t have = 0; have < count;) {
    const ssize_t got = stream.read(bytes.data() + have, count - have);
    if (got <= 0) return gone();
    have += static_cast<std::size_t>(got);
  }
  return bytes;
}

/// All of `text` as a number; nothing when it is not one.
std::optional<std::size_t> number(std::string_view text, int base) {
  std::size_t value = 0;
  const char* end = text.data() + text.size();
  const auto [stopped, error] = std::from_chars(text.data(), end, value, base);
  return error == std::errc{} && stopped == end && !text.empty() ? std::optional(value) : std::nullopt;
}

std::string_view trimmed(std::string_view text) {
  const auto begin = std::min(text.find_first_not_of(" \t"), text.size());
  text.remove_prefix(begin);
  while (text.ends_with(' ') || text.ends_with('\t')) text.remove_suffix(1);
  return text;
}

bool is_token(std::string_view name) {
  const auto allowed = [](unsigned char c) {
    return std::isalnum(c) ||
           std::string_view("!#$%&'*+-.^_`|~").find(static_cast<char>(c)) != std::string_view::npos;
  };
  return !name.empty() && std::ranges::all_of(name, allowed);
}

bool is_printable(std::string_view text) {
  return std::ranges::none_of(text, [](unsigned char c) { return (c < ' ' && c != '\t') || c == 0x7f; });
}

/// How many fields of a name there are.
std::ptrdiff_t count(const net::Headers& headers, std::string_view name) {
  return std::ranges::count_if(headers,
                               [&](const auto& header) { return net::same_name(header.name, name); });
}

/// Whether `word` is among the comma-separated words of a field.
bool says(const net::Headers& headers, std::string_view name, std::string_view word) {
  for (const auto& header : headers) {
    if (!net::same_name(header.name, name)) continue;
    std::string_view rest = header.value;
    while (!rest.empty()) {
      const std::string_view part = rest.substr(0, rest.find(','));
      if (net::same_name(trimmed(part), word)) return true;
      rest.remove_prefix(std::min(part.size() + 1, rest.size()));
    }
  }
  return false;
}

/// "GET /path?query HTTP/1.1". Returns whether it is HTTP/1.1 rather than 1.0.
std::expected<bool, Unreadable> read_request_line(httplib::Stream& stream, std::size_t& limit,
                                                  Incoming& request) {
  auto line = read_line(stream, limit);
  if (line && line->empty()) line = read_line(stream, limit);  // RFC 9112, 2.2: one is to be overlooked.
  if (!line) return std::unexpected(line.error());
  const auto first = line->find(' ');
  const auto last = line->rfind(' ');
  const std::string_view version = last == std::string::npos ? "" : std::string_view(*line).substr(last + 1);
  if (first == last || (version != "HTTP/1.1" && version != "HTTP/1.0")) {
    return refuse(400, "the request line cannot be read");
  }
  request.method = line->substr(0, first);
  const std::string target = line->substr(first + 1, last - first - 1);
  if (target.size() > kMaxTargetBytes) return refuse(414, "the request's address is too long");
  const bool plain = target.starts_with('/') && target.find(' ') == std::string::npos && is_printable(target);
  if (!is_token(request.method) || !plain) return refuse(400, "the request line cannot be read");
  const auto question = target.find('?');
  request.path = target.substr(0, question);
  if (question != std::string::npos) request.query = target.substr(question + 1);
  return version == "HTTP/1.1";
}

std::expected<void, Unreadable> read_headers(httplib::Stream& stream, std::size_t& limit,
                                             net::Headers& headers) {
  for (;;) {
    const auto line = read_line(stream, limit);
    if (!line) return std::unexpected(line.error());
    if (line->empty()) return {};
    const auto colon = std::min(line->find(':'), line->size());
    const std::string_view name = std::string_view(*line).substr(0, colon);
    const std::string_view value = trimmed(std::string_view(*line).substr(std::min(colon + 1, line->size())));
    if (colon == line->size() || !is_token(name) || !is_printable(value)) {
      return refuse(400, "a header field cannot be read");
    }
    headers.push_back({std::string(name), std::string(value)});
  }
}

std::unexpected<Unreadable> too_long(std::size_t limit) {
  return refuse(413, "the request's body is longer than " + std::to_string(limit) + " bytes");
}

std::expected<std::string, Unreadable> read_chunks(httplib::Stream& stream, std::size_t max_bytes) {
  std::string body;
  for (;;) {
    std::size_t limit = kMaxChunkLine;
    const auto line = read_line(stream, limit);
    if (!line) return std::unexpected(line.error());
    const auto size = number(trimmed(std::string_view(*line).substr(0, line->find(';'))), 16);
    if (!size) return refuse(400, "a chunk of the body has no length");
    if (*size > max_bytes - body.size()) return too_long(max_bytes);
    if (*size == 0) break;
    const auto chunk = read_bytes(stream, *size);
    if (!chunk) return std::unexpected(chunk.error());
    body += *chunk;
    const auto end = read_line(stream, limit);
    if (!end) return std::unexpected(end.error());
    if (!end->empty()) return refuse(400, "a chunk of the body is longer than it says");
  }
  net::Headers trailers;
  std::size_t limit = kMaxHeadBytes;
  if (const auto read = read_headers(stream, limit, trailers); !read) return std::unexpected(read.error());
  return body;
}

}  // namespace

std::expected<Received, Unreadable> read_head(httplib::Stream& stream) {
  Received received;
  Incoming& request = received.request;
  std::size_t limit = kMaxHeadBytes;
  const auto newer = read_request_line(stream, limit, request);
  if (!newer) return std::unexpected(newer.error());
  if (const auto read = read_headers(stream, limit, request.headers); !read) {
    return std::unexpected(read.error());
  }
  // RFC 9112, 3.2. One may be missing: tools leave it out, and nothing here is served by name.
  if (count(request.headers, "Host") > 1) return refuse(400, "the host is given twice");
  // RFC 9112, 6.1: whoever passed it on may have taken its chunks for another request.
  if (!*newer && count(request.headers, "Transfer-Encoding") > 0) {
    return refuse(400, "HTTP/1.0 knows no Transfer-Encoding");
  }
  received.newer = *newer;
  received.keep_alive = *newer ? !says(request.headers, "Connection", "close")
                               : says(request.headers, "Connection", "keep-alive");
  return received;
}

bool announces_body(std::string_view name, std::string_view value) {
  return net::same_name(name, "Transfer-Encoding") ||
         (net::same_name(name, "Content-Length") && value != "0");
}

std::expected<std::string, Unreadable> read_body(httplib::Stream& stream, const net::Headers& headers,
                                                 std::size_t max_bytes) {
  const auto lengths = count(headers, "Content-Length");
  const std::string* coding = net::find(headers, "Transfer-Encoding");
  // Two ways to tell where a request ends are how one request passes for two (RFC 9112, 11.2).
  if (lengths + count(headers, "Transfer-Encoding") > 1)
    return refuse(400, "the body's length is given twice");
  if (coding && !net::same_name(*coding, "chunked")) return refuse(501, "only chunked transfers are known");
  std::size_t length = 0;
  if (lengths == 1) {
    const auto said = number(*net::find(headers, "Content-Length"), 10);
    if (!said) return refuse(400, "Content-Length is not a number");
    if (*said > max_bytes) return too_long(max_bytes);
    length = *said;
  }
  constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";
  const bool waits = (coding || length > 0) && says(headers, "Expect", "100-continue");
  if (waits && stream.write(kContinue.data(), kContinue.size()) < 0) return gone();
  return coding ? read_chunks(stream, max_bytes) : read_bytes(stream, length);
}

std::expected<Received, Unreadable> read_request(httplib::Stream& stream, std::size_t max_body_bytes) {
  auto received = read_head(stream);
  if (!received) return received;
  auto body = read_body(stream, received->request.headers, max_body_bytes);
  if (!body) return std::unexpected(body.error());
  received->request.body = std::move(*body);
  return received;
}

}  // namespace kinesight::http
