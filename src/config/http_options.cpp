#include "config/http_options.h"

namespace kinesight::config {
namespace {

std::optional<std::string> half_a_pair(const HttpOptions& options) {
  if (options.tls_cert.empty() == options.tls_key.empty()) return std::nullopt;
  return "both tls_cert and tls_key, or neither";
}

}  // namespace

const Table& HttpOptions::table() {
  static const Table table =
      describe<HttpOptions>("http", "The HTTP server: health, metrics, API and dashboard.")
          .option("tls_cert", &HttpOptions::tls_cert,
                  "Serve HTTPS (TLS 1.2 and 1.3) with this certificate, a PEM file with its chain behind it. "
                  "Renewed on disk, it is taken up within a second.")
          .value_name("FILE")
          .option("tls_key", &HttpOptions::tls_key, "Its key, a PEM file without a password.")
          .value_name("FILE")
          .rule(half_a_pair);
  return table;
}

}  // namespace kinesight::config
