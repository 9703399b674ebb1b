#include "http/tls.h"

#include <openssl/err.h>

#include <system_error>

namespace kinesight::http {
namespace {

constexpr auto kLook = std::chrono::seconds(1);

/// What OpenSSL said last, in its words.
std::string tls_reason() {
  const unsigned long code = ERR_peek_last_error();
  const char* reason = ERR_reason_error_string(code);
  ERR_clear_error();
  return reason ? reason : "no reason is given";
}

std::unexpected<Error> unusable(std::string_view option, const std::string& path, std::string_view expected) {
  return fail(ErrorKind::invalid, "http.{}: expected {}, found {} ({})", option, expected, path,
              tls_reason());
}

Result<> readable(std::string_view option, const std::string& path) {
  std::error_code error;
  const auto status = std::filesystem::status(path, error);
  if (!error && std::filesystem::is_regular_file(status) && ::access(path.c_str(), R_OK) == 0) return {};
  return fail(ErrorKind::denied, "http.{}: cannot read {}: {}", option, path,
              error ? error.message() : "no file that this user may read");
}

/// Nobody is there to type the password of a key.
int no_password(char*, int, int, void*) { return 0; }

}  // namespace

Result<TlsContext> load_tls(const TlsFiles& files) {
  if (auto good = readable("tls_cert", files.certificate); !good) return std::unexpected(good.error());
  if (auto good = readable("tls_key", files.key); !good) return std::unexpected(good.error());
  ERR_clear_error();
  const TlsContext context(SSL_CTX_new(TLS_server_method()), &SSL_CTX_free);
  if (!context) return fail(ErrorKind::unavailable, "OpenSSL has no memory for TLS");
  SSL_CTX_set_min_proto_version(context.get(), TLS1_2_VERSION);
  SSL_CTX_set_options(context.get(), SSL_OP_NO_RENEGOTIATION | SSL_OP_CIPHER_SERVER_PREFERENCE);
  SSL_CTX_set_mode(context.get(), SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
                                      SSL_MODE_RELEASE_BUFFERS);
  SSL_CTX_set_default_passwd_cb(context.get(), no_password);
  if (SSL_CTX_use_certificate_chain_file(context.get(), files.certificate.c_str()) != 1) {
    return unusable("tls_cert", files.certificate, "a certificate in PEM, with its chain behind it");
  }
  if (SSL_CTX_use_PrivateKey_file(context.get(), files.key.c_str(), SSL_FILETYPE_PEM) != 1 ||
      SSL_CTX_check_private_key(context.get()) != 1) {
    return unusable("tls_key", files.key,
                    fmt::format("the key of {} in PEM, without a password", files.certificate));
  }
  return context;
}

TlsIdentity::TlsIdentity(TlsFiles files, TlsContext context, telemetry::Log& log)
    : files_(std::move(files)),
      log_(log),
      context_(std::move(context)),
      loaded_(stamp()),
      looked_(std::chrono::steady_clock::now()) {}

Result<std::unique_ptr<TlsIdentity>> TlsIdentity::load(TlsFiles files, telemetry::Log& log) {
  auto context = load_tls(files);
  if (!context) return std::unexpected(context.error());
  return std::unique_ptr<TlsIdentity>(new TlsIdentity(std::move(files), std::move(*context), log));
}

TlsIdentity::Stamp TlsIdentity::stamp() const {
  std::error_code error;  // What cannot be looked at has a time too: load_tls() says what is wrong with it.
  return {std::filesystem::last_write_time(files_.certificate, error),
          std::filesystem::last_write_time(files_.key, error)};
}

TlsContext TlsIdentity::current() {
  std::lock_guard lock(mutex_);
  const auto now = std::chrono::steady_clock::now();
  if (now - looked_ < kLook) return context_;
  looked_ = now;
  const Stamp found = stamp();
  if (found == loaded_) return context_;
  loaded_ = found;
  if (auto renewed = load_tls(files_)) {
    context_ = std::move(*renewed);
    log_.info(fmt::format("The TLS certificate is renewed: {}", files_.certificate));
  } else {
    log_.error(fmt::format("The TLS certificate stays the old one: {}", renewed.error().message));
  }
  return context_;
}

}  // namespace kinesight::http
