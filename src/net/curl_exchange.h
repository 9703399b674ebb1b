// One request on its way through libcurl: gives libcurl the body, takes the answer in, and keeps count.
#pragma once

#include <curl/curl.h>

#include <cstddef>
#include <cstdint>
#include <optional>
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
  /// Why libcurl was told to stop, when the sink or the file to send is to blame.
  const std::optional<Error>& trouble() const { return trouble_; }
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
  std::size_t fill_from_file(char* into, std::size_t capacity);
  bool take_header_line(std::string_view line);
  bool take_body(std::string_view part);
  bool keep_body(std::string_view part, std::size_t limit);
  /// Whether the answer is one whose body the sink gets.
  bool streams() const;
  /// Whether the sink goes on; keeps its error where it does not.
  bool went_well(Result<> taken);

  const Request& request_;
  std::uint64_t body_sent_ = 0;
  bool began_ = false;
  bool too_long_ = false;
  bool headers_complete_ = false;
  std::size_t header_bytes_ = 0;
  std::size_t received_ = 0;
  std::size_t body_received_ = 0;
  std::optional<Error> trouble_;
  Response response_;
};

}  // namespace kinesight::net
