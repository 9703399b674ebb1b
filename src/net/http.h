// One HTTP exchange: what is asked, what is answered, and why there may be no answer.
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"

namespace kinesight::net {

/// A header field. Names are compared without case.
struct Header {
  std::string name;
  std::string value;

  bool operator==(const Header&) const = default;
};
using Headers = std::vector<Header>;

/// Whether two names are the same but for their case (ASCII).
bool same_name(std::string_view a, std::string_view b);

/// The value of the first field called `name`, in either case; null when there is none.
const std::string* find(const Headers& headers, std::string_view name);

/// How long an exchange may take. Each is a limit of its own.
struct Timeouts {
  Clock::Duration connect = std::chrono::seconds(3);  ///< Name look-up, TCP and TLS.
  Clock::Duration idle = std::chrono::seconds(10);    ///< Without a byte in either direction.
  Clock::Duration total = std::chrono::seconds(60);
};

/// A part of an open file. It is read where it lies: the descriptor's own position does not move, and any
/// number of threads may read from one.
struct FileRegion {
  int descriptor = -1;  ///< Outlives whoever reads.
  std::uint64_t offset = 0;
  std::uint64_t length = 0;  ///< Bytes; a file that ends sooner is an error.
};

struct Response;

/// Takes an answer's body as it comes. An error ends the exchange, and is why there is no answer.
class BodySink {
 public:
  virtual ~BodySink() = default;

  /// A body begins. Whatever came before is void: an earlier try broke off. `head` has no body.
  virtual Result<> begin(const Response& head) = 0;
  /// What follows. After the last piece there is no call: send() returns the answer then.
  virtual Result<> take(std::string_view piece) = 0;
};

/// What is asked.
struct Request {
  std::string method = "GET";
  std::string url;        ///< Absolute and already percent-encoded: it is sent as it stands.
  Headers headers;        ///< Host and Content-Length are added when they are not here.
  std::string_view body;  ///< Outlives the call.
  std::optional<FileRegion> body_file = {};  ///< Sent rather than `body`, a buffer of it at a time.
  Timeouts timeouts;
  std::size_t max_response_bytes = 16 * 1024 * 1024;  ///< A longer answer is an error.
  /// Gets the body of an answer with a status of 2xx, which Response::body is then without. Those of other
  /// answers, which say what went wrong, come as ever, up to kMaxRefusalBytes. Outlives the call.
  BodySink* sink = nullptr;
};

inline constexpr std::size_t kMaxRefusalBytes = 1024 * 1024;

/// What is answered, whatever its status. Redirects are answers: nobody follows them.
struct Response {
  int status = 0;
  Headers headers;
  std::string body;
};

/// Why there is no answer.
struct Failure {
  /// unavailable (no connection, time-out, cut off), denied (the certificate is not trusted), corrupt (not
  /// HTTP, or longer than allowed), cancelled, invalid (no URL); what a sink said. Never holds a header, a
  /// body or a query.
  Error error;
  /// Whether any of the request went out, so that the server may have acted on it.
  bool sent = false;
  /// Whether it was one of the request's time-outs that ended it.
  bool timed_out = false;
  /// Whether it failed here, in the sink or the file to send: another try meets the same.
  bool here = false;
};

/// Sends requests. Safe for any number of threads.
class Transport {
 public:
  virtual ~Transport() = default;

  /// Sends and waits for the answer, until a time-out or `stop`.
  virtual std::expected<Response, Failure> send(const Request& request, std::stop_token stop) = 0;
};

}  // namespace kinesight::net
