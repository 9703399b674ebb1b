// One signed call to one service: signed, sent, tried again, its errors understood. The service files build
// on it.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "aws/error.h"
#include "aws/session.h"
#include "aws/sigv4.h"
#include "net/http.h"

namespace kinesight::aws {

/// How a service's requests look, beyond its name.
struct Protocol {
  enum class ErrorFormat { json, xml } errors = ErrorFormat::json;
  bool s3_signing = false;  ///< S3's path rules and x-amz-content-sha256.
};

/// One request, before it is signed.
struct Call {
  std::string_view action;  ///< "PutRecords": for error texts.
  std::string method = "POST";
  std::string host_prefix;  ///< Put before the endpoint's host: "my-bucket."
  std::string path = "/";   ///< Percent-encoded.
  std::string query;        ///< Percent-encoded, without the question mark.
  net::Headers headers;
  std::string_view body;  ///< Outlives the call.
  /// Sent rather than `body`. Its SHA-256 is signed; the file is read for it before it is read to be sent.
  std::optional<net::FileRegion> body_file = {};
  std::string body_sha256 = {};  ///< Of the file, in hex, when the caller has it already.
  /// Gets the body of a 2xx answer, anew for each try that is answered so. Its errors end the call.
  net::BodySink* sink = nullptr;
  net::Timeouts timeouts;
  std::optional<int> max_attempts;  ///< Instead of the session's; 1 for callers that try again by themselves.
  bool unsigned_request = false;    ///< AssumeRoleWithWebIdentity is not signed.
  std::string_view secret;          ///< Of the body: taken out of what the service says when it quotes it.
  std::size_t max_response_bytes = 16 * 1024 * 1024;
};

/// Where and how a client is to reach its service; empty: as the session says.
struct ClientOptions {
  std::string region;
  std::string endpoint_url;
};

/// A URL that carries a signature, and until when it is good.
struct PresignedUrl {
  std::string url;
  double expires_at = 0;  ///< Unix seconds: when the signature expires, or the credentials that made it.
};

/// Calls one service in one region. Safe for any number of threads.
class Client {
 public:
  /// Error: invalid (no region, a bad endpoint).
  static Result<Client> make(Session& session, const Service& service, const Protocol& protocol,
                             const ClientOptions& options);

  /// Sends `call` until it succeeds (2xx) or must not be tried again: retry mode standard; expired
  /// credentials are renewed once, a wrong clock is corrected once. `stop` ends it at once.
  CallResult<net::Response> call(const Call& call, std::stop_token stop) const;

  /// A presigned URL for `call` (method, path, query, headers), valid for `expires_seconds` at most.
  Result<PresignedUrl> presign(const Call& call, std::int64_t expires_seconds, std::stop_token stop) const;

  const std::string& region() const { return region_; }
  const Endpoint& endpoint() const { return endpoint_; }

 private:
  struct Attempt;

  Client(Session& session, const Service& service, const Protocol& protocol, std::string region,
         Endpoint endpoint);
  net::Request request_for(const Call& call) const;
  Signing signing() const;
  Attempt try_once(const Call& call, std::stop_token stop) const;
  CallError refused(const net::Request& request, const net::Response& response, const Call& call,
                    const Credentials& credentials) const;
  CallResult<net::Response> call_with_retries(const Call& call, std::stop_token stop) const;
  CallError unanswered(const Error& error, const Call& call) const;
  bool correct_clock(const Attempt& attempt) const;
  bool renew_credentials(const Attempt& attempt, std::stop_token stop) const;

  Session* session_;
  Service service_;
  Protocol protocol_;
  std::string region_;
  Endpoint endpoint_;
};

}  // namespace kinesight::aws
