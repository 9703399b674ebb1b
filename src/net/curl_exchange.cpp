#include "net/curl_exchange.h"

#include <algorithm>
#include <charconv>
#include <cstring>

namespace kinesight::net {
namespace {

constexpr std::size_t kMaxHeaderBytes = 64 * 1024;
// What an answer may claim before any of it came: more is allocated as it comes.
constexpr std::size_t kMaxReserve = 1024 * 1024;

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
  const auto part = exchange.request_.body.substr(exchange.body_sent_, size * count);
  std::memcpy(into, part.data(), part.size());
  exchange.body_sent_ += part.size();
  return part.size();
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
    headers_complete_ = false;
  } else if (const auto text = trimmed(line); text.empty()) {
    headers_complete_ = true;
  } else if (const auto colon = text.find(':'); colon != std::string_view::npos) {
    response_.headers.push_back(
        {std::string(trimmed(text.substr(0, colon))), std::string(trimmed(text.substr(colon + 1)))});
  }
  return true;
}

bool CurlExchange::take_body(std::string_view part) {
  received_ += part.size();
  std::string& body = response_.body;
  if (part.size() > request_.max_response_bytes - body.size()) {
    too_long_ = true;
    return false;
  }
  if (body.empty()) {
    std::size_t length = 0;
    if (const std::string* said = find(response_.headers, "Content-Length"))
      std::from_chars(said->data(), said->data() + said->size(), length);
    body.reserve(std::min({length, request_.max_response_bytes, kMaxReserve}));
  }
  body += part;
  return true;
}

}  // namespace kinesight::net
