// One request on its way through libcurl: gives libcurl the body, takes the answer in, and keeps count.
#pragma once

#include <curl/curl.h>

#include <cstddef>
#include <string_view>

#include "net/http.h"

namespace kinesight::net {

/// What libcurl's callbacks work on. Stays where it is while an easy handle points to it.
class CurlExchange {
 public:
  explicit CurlExchange(const Request& request) : request_(request) {}
  CurlExchange(const CurlExchange&) = delete;
  CurlExchange& operator=(const CurlExchange&) = delete;

  /// Makes `easy` call this exchange.
  void attach(CURL* easy);

  /// Whether libcurl had a connection and began to send the request on it.
  bool began() const { return began_; }
  /// Whether the answer is longer than allowed: libcurl was told to stop.
  bool too_long() const { return too_long_; }
  /// Whether the answer's headers came to their end.
  bool headers_complete() const { return headers_complete_; }
  /// Bytes of the answer so far, headers included.
  std::size_t received() const { return received_; }
  /// The answer so far.
  Response& response() { return response_; }

 private:
  static int on_begin(void* self, char*, char*, int, int);
  static std::size_t on_send(char* into, std::size_t size, std::size_t count, void* self);
  static std::size_t on_header(char* data, std::size_t size, std::size_t count, void* self);
  static std::size_t on_body(char* data, std::size_t size, std::size_t count, void* self);
  bool take_header_line(std::string_view line);
  bool take_body(std::string_view part);

  const Request& request_;
  std::size_t body_sent_ = 0;
  bool began_ = false;
  bool too_long_ = false;
  bool headers_complete_ = false;
  std::size_t header_bytes_ = 0;
  std::size_t received_ = 0;
  Response response_;
};

}  // namespace kinesight::net
