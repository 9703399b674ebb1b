// Who may see what: the token, the cookie that stands for it, and loopback.
#pragma once

#include <string>
#include <string_view>

namespace kinesight::http {

/// What a request shows of itself.
struct Credentials {
  std::string_view host{};           ///< The Host header.
  std::string_view authorization{};  ///< The Authorization header.
  std::string_view cookies{};        ///< The Cookie header.
};

/// The rule for pictures, the API and whatever changes state: open on loopback, a token beyond it.
class Access {
 public:
  /// `exposed`: others than this machine can reach the server. An empty token opens nothing. `encrypted`: the
  /// server speaks TLS, and its cookie shall travel over nothing else.
  Access(bool exposed, std::string_view token, bool encrypted = false);

  /// Whether the request may see what is guarded. A server on loopback is open only to requests that name it
  /// as loopback: a page of another site that points its own name at 127.0.0.1 (DNS rebinding) needs the
  /// token.
  bool allows(const Credentials& credentials) const;

  /// Whether "Bearer …" in the Authorization header is the token.
  bool is_token(std::string_view authorization) const;

  /// The Set-Cookie value that stands for the token: for <img> and EventSource, which send no headers of
  /// ours. No script can read it and no other site can use it.
  std::string cookie() const;

 private:
  bool exposed_;
  bool encrypted_;
  std::string token_;
  std::string
      session_;  // What the cookie carries: derived from the token, so that the token itself stays out of it.
};

/// Whether a Host header names this machine: localhost, 127.0.0.0/8 or [::1], with any port.
bool names_loopback(std::string_view host);

}  // namespace kinesight::http
