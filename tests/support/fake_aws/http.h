// An HTTP/1.1 exchange as the fake sees it.
#pragma once

#include <chrono>
#include <map>
#include <string>
#include <string_view>

namespace kinesight::support::fake {

/// Orders field names without regard to case.
struct FieldOrder {
  using is_transparent = void;
  bool operator()(std::string_view left, std::string_view right) const;
};
using Fields = std::multimap<std::string, std::string, FieldOrder>;

/// What a client asked.
struct HttpRequest {
  std::string method;
  std::string path;   ///< As it was sent: still percent-encoded.
  std::string query;  ///< The same, without the question mark.
  Fields headers;
  std::string body;  ///< Has kBodyPadding bytes of capacity behind it.

  /// The first field of that name; empty when there is none.
  const std::string& header(std::string_view name) const;
};

/// What simdjson may read beyond the end of a body.
inline constexpr std::size_t kBodyPadding = 64;

/// What it is answered.
struct HttpResponse {
  int status = 200;
  Fields headers;
  std::string body;
};

/// How far an answer gets.
enum class Ending {
  whole,
  cut,    ///< The connection is closed in the middle of the body.
  reset,  ///< The connection is reset before the first byte.
};

/// An answer, and what happens to it on its way.
struct Answer {
  HttpResponse response;
  std::chrono::milliseconds delay_before{0};  ///< Before the first byte.
  std::chrono::milliseconds delay_within{0};  ///< In the middle of the body.
  Ending ending = Ending::whole;
  bool head_only = false;  ///< The answer to HEAD: Content-Length of a body that does not follow.
};

/// The two sides of one exchange.
class Exchange {
 public:
  virtual ~Exchange() = default;
  /// Once the whole request is there.
  virtual Answer answer(HttpRequest& request) = 0;
  /// The client was gone before it had the whole answer.
  virtual void lost() = 0;
};

}  // namespace kinesight::support::fake
