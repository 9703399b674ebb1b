#include "support/fake_aws/http_reader.h"

#include <strings.h>
#include <sys/socket.h>

#include <algorithm>
#include <cctype>
#include <charconv>

namespace kinesight::support::fake {
namespace {

constexpr std::size_t kMaxHead = 64 * 1024;
constexpr std::size_t kMaxBody = 256 * 1024 * 1024;
constexpr std::size_t kReadSize = 64 * 1024;

std::string_view trim(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

bool parse_size(std::string_view text, int base, std::size_t& size) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), size, base);
  return error == std::errc() && end == text.data() + text.size() && size <= kMaxBody;
}

bool parse_request_line(std::string_view line, HttpRequest& request) {
  const auto first = line.find(' ');
  const auto last = line.rfind(' ');
  if (first == line.npos || last == first || !line.substr(last + 1).starts_with("HTTP/1.")) return false;
  request.method = line.substr(0, first);
  const std::string_view target = line.substr(first + 1, last - first - 1);
  const auto mark = target.find('?');
  request.path = target.substr(0, mark);
  request.query = mark == target.npos ? "" : target.substr(mark + 1);
  return !request.path.empty() && request.path.front() == '/';
}

}  // namespace

bool FieldOrder::operator()(std::string_view left, std::string_view right) const {
  return std::ranges::lexicographical_compare(
      left, right, [](unsigned char a, unsigned char b) { return std::tolower(a) < std::tolower(b); });
}

const std::string& HttpRequest::header(std::string_view name) const {
  static const std::string none;
  const auto found = headers.find(name);
  return found == headers.end() ? none : found->second;
}

bool HttpReader::fill() {
  const std::size_t before = buffer_.size();
  buffer_.resize(before + kReadSize);
  const ssize_t count = ::recv(socket_, buffer_.data() + before, kReadSize, 0);
  buffer_.resize(before + std::max<ssize_t>(count, 0));
  return count > 0;
}

bool HttpReader::take_line(std::string& line) {
  std::size_t end = 0;
  while ((end = buffer_.find("\r\n")) == buffer_.npos) {
    if (buffer_.size() > kMaxHead || !fill()) return false;
  }
  line = buffer_.substr(0, end);
  buffer_.erase(0, end + 2);
  return true;
}

bool HttpReader::take(std::size_t bytes, std::string& into) {
  const std::size_t start = into.size();
  into.reserve(start + bytes + kBodyPadding);
  into.resize(start + bytes);
  const std::size_t ready = std::min(bytes, buffer_.size());
  buffer_.copy(into.data() + start, ready);
  buffer_.erase(0, ready);
  for (std::size_t done = ready; done < bytes;) {
    const ssize_t count = ::recv(socket_, into.data() + start + done, bytes - done, 0);
    if (count <= 0) return false;
    done += static_cast<std::size_t>(count);
  }
  return true;
}

bool HttpReader::read_head(HttpRequest& request) {
  std::string line;
  if (!take_line(line) || !parse_request_line(line, request)) return false;
  while (take_line(line)) {
    if (line.empty()) return true;
    const auto colon = line.find(':');
    if (colon == line.npos || colon == 0) return false;
    request.headers.emplace(line.substr(0, colon), trim(std::string_view(line).substr(colon + 1)));
  }
  return false;
}

bool HttpReader::read_body(HttpRequest& request) {
  if (::strcasecmp(request.header("Expect").c_str(), "100-continue") == 0 &&
      !write_all(socket_, "HTTP/1.1 100 Continue\r\n\r\n")) {
    return false;
  }
  if (::strcasecmp(request.header("Transfer-Encoding").c_str(), "chunked") == 0) {
    return read_chunks(request.body);
  }
  const std::string& announced = request.header("Content-Length");
  std::size_t length = 0;
  if (!announced.empty() && !parse_size(announced, 10, length)) return false;
  return take(length, request.body);
}

bool HttpReader::read_chunks(std::string& body) {
  std::string line;
  for (;;) {
    std::size_t length = 0;
    if (!take_line(line) || !parse_size(trim(line.substr(0, line.find(';'))), 16, length)) return false;
    if (length == 0) break;
    if (body.size() + length > kMaxBody || !take(length, body) || !take_line(line)) return false;
  }
  while (take_line(line)) {
    if (line.empty()) return true;  // After the trailers, which nobody here needs.
  }
  return false;
}

bool write_all(int socket, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t count = ::send(socket, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (count <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(count));
  }
  return true;
}

}  // namespace kinesight::support::fake
