// URLs as they may be shown.
#pragma once

#include <string>
#include <string_view>

namespace kinesight::video {

/// `url` without its secrets: "rtsp://admin:1234@cam/1?token=x" becomes "rtsp://***@cam/1?token=***".
/// Goes the user and password before the host, and the value of every parameter (in path or query) whose name
/// speaks of a password, token, key, secret, signature or credential.
std::string redacted_url(std::string_view url);

/// `text` (an error message of a library, say) with every occurrence of `url`, and of the user and password
/// in it, replaced by their redacted form.
std::string redacted_text(std::string_view text, std::string_view url);

}  // namespace kinesight::video
