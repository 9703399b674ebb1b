// The certificate that a server shows, and its renewal. OpenSSL stays behind this and channel.h. Private to
// http/.
#pragma once

#include <openssl/ssl.h>

#include <chrono>
#include <filesystem>
#include <memory>
#include <mutex>
#include <string>
#include <utility>

#include "base/result.h"
#include "http/server.h"
#include "telemetry/log.h"

namespace kinesight::http {

/// A certificate with its key, ready for connections.
using TlsContext = std::shared_ptr<SSL_CTX>;

/// Reads both files. Errors: denied (cannot be read), invalid (not PEM, or not of each other).
Result<TlsContext> load_tls(const TlsFiles& files);

/// A server's certificate, which somebody else renews on disk. Safe for any number of threads.
class TlsIdentity {
 public:
  /// Errors: those of load_tls(). `log` hears of renewals.
  static Result<std::unique_ptr<TlsIdentity>> load(TlsFiles files, telemetry::Log& log);

  /// What a new connection shows: that of the files, which are looked at once a second at most. When they
  /// have become unusable, it stays what it was and the log says so.
  TlsContext current();

 private:
  using Stamp = std::pair<std::filesystem::file_time_type, std::filesystem::file_time_type>;

  TlsIdentity(TlsFiles files, TlsContext context, telemetry::Log& log);
  Stamp stamp() const;

  const TlsFiles files_;
  telemetry::Log& log_;
  std::mutex mutex_;
  TlsContext context_;
  Stamp loaded_;  ///< When the files were changed that were looked at last.
  std::chrono::steady_clock::time_point looked_;
};

}  // namespace kinesight::http
