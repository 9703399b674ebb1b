#include "http/access.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <openssl/evp.h>

#include <array>

#include "http/token.h"

namespace kinesight::http {
namespace {

constexpr std::string_view kCookie = "kinesight_session";
constexpr int kCookieSeconds = 30 * 24 * 3600;

std::string sha256_hex(const std::string& text) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int size = 0;
  EVP_Digest(text.data(), text.size(), digest.data(), &size, EVP_sha256(), nullptr);
  std::string hex;
  for (unsigned int i = 0; i < size; ++i) hex += fmt::format("{:02x}", digest[i]);
  return hex;
}

/// The value of our cookie in "a=1; b=2"; empty when it is not there.
std::string_view find_cookie(std::string_view cookies) {
  while (!cookies.empty()) {
    std::string_view pair = cookies.substr(0, cookies.find(';'));
    cookies.remove_prefix(std::min(pair.size() + 1, cookies.size()));
    while (pair.starts_with(' ')) pair.remove_prefix(1);
    if (pair.starts_with(kCookie) && pair.substr(kCookie.size()).starts_with('=')) {
      return pair.substr(kCookie.size() + 1);
    }
  }
  return {};
}

}  // namespace

Access::Access(bool exposed, std::string_view token, bool encrypted)
    : exposed_(exposed),
      encrypted_(encrypted),
      token_(token),
      session_(sha256_hex("kinesight session " + token_)) {}

bool Access::allows(const Credentials& credentials) const {
  if (!exposed_ && names_loopback(credentials.host)) return true;
  if (token_.empty()) return false;
  return is_token(credentials.authorization) || same_secret(find_cookie(credentials.cookies), session_);
}

bool Access::is_token(std::string_view authorization) const {
  constexpr std::string_view kScheme = "Bearer ";
  return !token_.empty() && authorization.starts_with(kScheme) &&
         same_secret(authorization.substr(kScheme.size()), token_);
}

std::string Access::cookie() const {
  return fmt::format("{}={}; Path=/; Max-Age={}; HttpOnly; SameSite=Strict{}", kCookie, session_,
                     kCookieSeconds, encrypted_ ? "; Secure" : "");
}

bool names_loopback(std::string_view host) {
  if (host.empty()) return true;  // HTTP/1.0; no browser leaves it out.
  if (host.starts_with('[')) return host.starts_with("[::1]");
  const std::string name(host.substr(0, host.find(':')));
  if (name == "localhost") return true;
  in_addr address{};
  return inet_pton(AF_INET, name.c_str(), &address) == 1 && ntohl(address.s_addr) >> 24 == 127;
}

}  // namespace kinesight::http
