#include "video/redact.h"

#include <algorithm>
#include <array>
#include <cctype>

namespace kinesight::video {
namespace {

constexpr std::string_view kStars = "***";

/// Whether "host:port" could be one.
bool has_good_port(std::string_view authority) {
  const auto colon = authority.rfind(':');
  if (colon == std::string_view::npos) return true;
  return authority.find_first_not_of("0123456789", colon + 1) == std::string_view::npos ||
         authority.ends_with(']');
}

/// What stands between "://" and the last "@" before the path; empty when there is no "@".
/// People write passwords without escaping them: hence the last "@", and an "@" in what looks like a path
/// counts when what looks like a port is none.
std::string_view user_info(std::string_view url) {
  const auto scheme = url.find("://");
  if (scheme == std::string_view::npos) return {};
  const auto rest = url.substr(scheme + 3);
  const auto authority = rest.substr(0, rest.find_first_of("/?#"));
  auto at = authority.rfind('@');
  if (at == std::string_view::npos && !has_good_port(authority)) at = rest.rfind('@');
  return at == std::string_view::npos ? std::string_view{} : rest.substr(0, at);
}

bool names_a_secret(std::string_view name) {
  static constexpr std::array<std::string_view, 10> kWords = {"pass", "pwd",        "token", "key",  "secret",
                                                              "sign", "credential", "auth",  "user", "login"};
  std::string lower(name);
  std::ranges::transform(lower, lower.begin(), [](unsigned char c) { return std::tolower(c); });
  return std::ranges::any_of(kWords, [&](std::string_view word) { return lower.contains(word); });
}

/// Copies "name=value" pairs, the values of secrets starred. Cameras have such pairs in the path as well.
std::string redact_parameters(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const auto end = std::min(text.find_first_of("/?&;#"), text.size());
    const auto part = text.substr(0, end);
    const auto equals = part.find('=');
    if (equals != std::string_view::npos && names_a_secret(part.substr(0, equals))) {
      out.append(part.substr(0, equals + 1)).append(kStars);
    } else {
      out.append(part);
    }
    if (end < text.size()) out.push_back(text[end]);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return out;
}

void replace_all(std::string& text, std::string_view from, std::string_view to) {
  if (from.empty()) return;
  for (auto at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size())) {
    text.replace(at, from.size(), to);
  }
}

}  // namespace

std::string redacted_url(std::string_view url) {
  const auto scheme = url.find("://");
  if (scheme == std::string_view::npos) return redact_parameters(url);
  std::string out(url.substr(0, scheme + 3));
  url.remove_prefix(scheme + 3);
  const auto user = user_info(std::string(out).append(url)).size();
  if (user > 0) {
    out.append(kStars);
    url.remove_prefix(user);
  }
  return out + redact_parameters(url);
}

std::string redacted_text(std::string_view text, std::string_view url) {
  std::string out(text);
  replace_all(out, url, redacted_url(url));
  const auto user = user_info(url);
  replace_all(out, user, kStars);
  if (const auto colon = user.find(':'); colon != std::string_view::npos) {
    replace_all(out, user.substr(colon + 1), kStars);
  }
  return out;
}

}  // namespace kinesight::video
