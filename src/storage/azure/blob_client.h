// One call to Azure's Blob service: signed, sent, tried again, its errors understood.
#pragma once

#include <expected>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>

#include "aws/session.h"
#include "net/http.h"
#include "storage/azure/account.h"

namespace kinesight::storage::azure {

/// A call that failed.
struct BlobError {
  Error error;            ///< For people. Never a key or a signature.
  std::string code = {};  ///< Azure's: "BlobAlreadyExists"; empty when there was no answer.
  int status = 0;         ///< HTTP status; 0 when there was no answer.
};
template <class T>
using BlobResult = std::expected<T, BlobError>;

/// One request, before it is signed.
struct BlobCall {
  std::string_view action;  ///< "Put Blob": for error texts.
  std::string method = "GET";
  std::string path = {};   ///< "/container/blob", percent-encoded.
  std::string query = {};  ///< Percent-encoded, without the question mark.
  net::Headers headers = {};
  std::string_view body = {};  ///< Outlives the call.
  std::optional<net::FileRegion> body_file = {};
  net::Timeouts timeouts = {};
};

/// Our kind of an error of the service: throttled, denied, not_found, corrupt, unavailable, invalid. Codes:
/// learn.microsoft.com/rest/api/storageservices/blob-service-error-codes
ErrorKind kind_of(int status, std::string_view code);

/// Calls one account's Blob service. Safe for any number of threads.
class BlobClient {
 public:
  /// `session` outlives it: transport, clock and how often to try come from there.
  BlobClient(aws::Session& session, Account account) : session_(&session), account_(std::move(account)) {}

  /// Sends `call` until it succeeds (2xx) or must not be tried again.
  BlobResult<net::Response> call(const BlobCall& call, std::stop_token stop) const;

  const Account& account() const { return account_; }
  /// Unix seconds.
  double now() const { return session_->clock().wall_seconds(); }

 private:
  struct Attempt;
  Attempt try_once(const BlobCall& call, const std::stop_token& stop) const;
  BlobError refused(const net::Response& response, const BlobCall& call) const;

  aws::Session* session_;
  Account account_;
};

}  // namespace kinesight::storage::azure
