#include "net/curl_exchange.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <utility>

namespace kinesight::net {
namespace {

constexpr std::size_t kMaxHeaderBytes = 64 * 1024;
// What an answer may claim before any of it came: more is allocated as it comes.
constexpr std::size_t kMaxReserve = 1024 * 1024;

/// The status in "HTTP/1.1 200 OK"; 0 when there is none.
int status_in(std::string_view line) {
  int status = 0;
  const auto blank = std::min(line.find(' '), line.size());
  const std::string_view rest = line.substr(std::min(blank + 1, line.size()));
  std::from_chars(rest.data(), rest.data() + rest.size(), status);
  return status;
}

std::string_view trimmed(std::string_view text) {
  const auto begin = text.find_first_not_of(" \t\r\n");
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t\r\n") - begin + 1);
}

}  // namespace

void CurlExchange::attach(CURL* easy) {
  curl_easy_setopt(easy, CURLOPT_PREREQFUNCTION, &on_begin);
  curl_easy_setopt(easy, CURLOPT_PREREQDATA, this);
  // A read callback without a seek callback, rather than a pointer to the body: libcurl, which sends a
  // request again by itself when a kept connection ends without an answer, cannot do so once any of the body
  // went out. Whether to send twice what may have been acted on is for our callers to say, and to count.
  curl_easy_setopt(easy, CURLOPT_READFUNCTION, &on_send);
  curl_easy_setopt(easy, CURLOPT_READDATA, this);
  curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, &on_header);
  curl_easy_setopt(easy, CURLOPT_HEADERDATA, this);
  curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, &on_body);
  curl_easy_setopt(easy, CURLOPT_WRITEDATA, this);
}

int CurlExchange::on_begin(void* self, char*, char*, int, int) {
  static_cast<CurlExchange*>(self)->began_ = true;
  return CURL_PREREQFUNC_OK;
}

std::size_t CurlExchange::on_send(char* into, std::size_t size, std::size_t count, void* self) {
  auto& exchange = *static_cast<CurlExchange*>(self);
  if (exchange.request_.body_file) return exchange.fill_from_file(into, size * count);
  const auto part = exchange.request_.body.substr(exchange.body_sent_, size * count);
  std::memcpy(into, part.data(), part.size());
  exchange.body_sent_ += part.size();
  return part.size();
}

std::size_t CurlExchange::fill_from_file(char* into, std::size_t capacity) {
  const FileRegion& file = *request_.body_file;
  const auto wanted = static_cast<std::size_t>(std::min<std::uint64_t>(capacity, file.length - body_sent_));
  if (wanted == 0) return 0;
  ssize_t count = 0;
  do {
    count = ::pread(file.descriptor, into, wanted, static_cast<off_t>(file.offset + body_sent_));
  } while (count < 0 && errno == EINTR);
  if (count <= 0) {
    trouble_ = count < 0
                   ? Error{ErrorKind::unavailable,
                           fmt::format("the file to send cannot be read: {}", std::strerror(errno))}
                   : Error{ErrorKind::corrupt,
                           fmt::format("the file to send ended after {} of {} bytes: it was cut while it "
                                       "was being sent",
                                       body_sent_, file.length)};
    return CURL_READFUNC_ABORT;
  }
  body_sent_ += static_cast<std::uint64_t>(count);
  return static_cast<std::size_t>(count);
}

std::size_t CurlExchange::on_header(char* data, std::size_t size, std::size_t count, void* self) {
  return static_cast<CurlExchange*>(self)->take_header_line({data, size * count}) ? size * count : 0;
}

std::size_t CurlExchange::on_body(char* data, std::size_t size, std::size_t count, void* self) {
  return static_cast<CurlExchange*>(self)->take_body({data, size * count}) ? size * count : 0;
}

bool CurlExchange::take_header_line(std::string_view line) {
  received_ += line.size();
  header_bytes_ += line.size();
  if (header_bytes_ > kMaxHeaderBytes) {
    too_long_ = true;
    return false;
  }
  if (line.starts_with("HTTP/")) {  // Also after an interim answer, whose headers go.
    response_.headers.clear();
    response_.status = status_in(line);
    headers_complete_ = false;
  } else if (const auto text = trimmed(line); text.empty()) {
    const bool first = !std::exchange(headers_complete_, true);  // Not those behind the last chunk.
    if (first && streams()) return went_well(request_.sink->begin(response_));
  } else if (const auto colon = text.find(':'); colon != std::string_view::npos) {
    response_.headers.push_back(
        {std::string(trimmed(text.substr(0, colon))), std::string(trimmed(text.substr(colon + 1)))});
  }
  return true;
}

bool CurlExchange::take_body(std::string_view part) {
  received_ += part.size();
  if (!streams())
    return keep_body(part, request_.sink ? std::min(request_.max_response_bytes, kMaxRefusalBytes)
                                         : request_.max_response_bytes);
  if (part.size() > request_.max_response_bytes - body_received_) {
    too_long_ = true;
    return false;
  }
  body_received_ += part.size();
  return went_well(request_.sink->take(part));
}

bool CurlExchange::streams() const {
  return request_.sink && response_.status >= 200 && response_.status < 300;
}

bool CurlExchange::went_well(Result<> taken) {
  if (!taken) trouble_ = std::move(taken.error());
  return !trouble_;
}

bool CurlExchange::keep_body(std::string_view part, std::size_t limit) {
  std::string& body = response_.body;
  if (part.size() > limit - body.size()) {
    too_long_ = true;
    return false;
  }
  if (body.empty()) {
    std::size_t length = 0;
    if (const std::string* said = find(response_.headers, "Content-Length"))
      std::from_chars(said->data(), said->data() + said->size(), length);
    body.reserve(std::min({length, limit, kMaxReserve}));
  }
  body += part;
  return true;
}

}  // namespace kinesight::net
