// Any bytes as what a client sends over one connection: each request that is read is one that can be said in
// the plainest way and is read again as the same, no body is longer than allowed, and it all ends.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <string>
#include <string_view>

#include "http/request_reader.h"

namespace {

using namespace kinesight;

constexpr std::size_t kLongest = 300;

/// A client that says `text` and hangs up.
class Said final : public httplib::Stream {
 public:
  explicit Said(std::string_view text) : text_(text) {}

  bool is_readable() const override { return !text_.empty(); }
  bool is_writable() const override { return true; }
  ssize_t read(char* data, std::size_t size) override {
    const std::size_t count = std::min({size, text_.size(), std::size_t{7}});
    std::memcpy(data, text_.data(), count);
    text_.remove_prefix(count);
    return static_cast<ssize_t>(count);
  }
  ssize_t write(const char*, std::size_t size) override { return static_cast<ssize_t>(size); }
  void get_remote_ip_and_port(std::string&, int&) const override {}
  void get_local_ip_and_port(std::string&, int&) const override {}
  socket_t socket() const override { return INVALID_SOCKET; }

 private:
  std::string_view text_;
};

void require(bool good) {
  if (!good) std::abort();
}

void check_again(const http::Incoming& request) {
  const std::string target = request.path + (request.query.empty() ? "" : "?" + request.query);
  const std::string text = request.method + " " + target +
                           " HTTP/1.1\r\nContent-Length: " + std::to_string(request.body.size()) +
                           "\r\n\r\n" + request.body;
  Said said(text);
  const auto again = http::read_request(said, kLongest);
  require(again && again->request.method == request.method && again->request.path == request.path);
  require(again->request.query == request.query && again->request.body == request.body);
  require(!said.is_readable());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Said said({reinterpret_cast<const char*>(data), size});
  while (const auto received = http::read_request(said, kLongest)) {
    const http::Incoming& request = received->request;
    require(request.body.size() <= kLongest && request.path.starts_with('/'));
    require(request.body.empty() || std::ranges::any_of(request.headers, [](const auto& field) {
              return http::announces_body(field.name, field.value);
            }));
    check_again(request);
  }
  return 0;
}
