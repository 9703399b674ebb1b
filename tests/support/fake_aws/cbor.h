// CBOR as clients of Kinesis write it, read fast, and answers in it. Written apart from the product's: what
// one gets wrong the other does not forgive.
#pragma once

#include <cstdint>
#include <string_view>

#include "support/fake_aws/http.h"

namespace kinesight::support::fake {

inline constexpr std::string_view kCborType = "application/x-amz-cbor-1.1";

/// Reads a document from its beginning to its end. Each function throws ServiceError (SerializationException)
/// where something else comes.
class Cbor {
 public:
  explicit Cbor(std::string_view document) : document_(document) {}

  std::string_view text() { return string(0x60); }
  std::string_view bytes() { return string(0x40); }
  /// Calls `read` with each name of a map, of which it reads the value.
  template <class Read>
  void each_member(Read read) {
    each(0xa0, [&] { read(text()); });
  }
  /// Calls `read` for each item of an array.
  template <class Read>
  void each_item(Read read) {
    each(0x80, read);
  }
  /// Refuses a member.
  [[noreturn]] void unknown(std::string_view name) const;
  /// Expects that nothing follows.
  void end() const;

 private:
  std::uint8_t next();
  std::uint64_t argument(std::uint8_t first);
  std::string_view string(std::uint8_t type);
  void expect_type(std::uint8_t first, std::uint8_t type) const;
  bool at_break();

  template <class Read>
  void each(std::uint8_t type, Read read) {
    const std::uint8_t first = next();
    expect_type(first, type);
    if ((first & 0x1f) == 0x1f) {
      while (!at_break()) read();
      return;
    }
    for (auto left = argument(first); left > 0; --left) read();
  }

  std::string_view document_;
  std::size_t at_ = 0;
};

/// Whether a request came in CBOR.
inline bool in_cbor(const HttpRequest& request) { return request.header("Content-Type") == kCborType; }
/// Says in CBOR what `response` says in JSON.
void answer_in_cbor(HttpResponse& response);

}  // namespace kinesight::support::fake
