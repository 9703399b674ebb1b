#include "config/text_file.h"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>
#include <fstream>

namespace kinesight::config {
namespace {

/// The length of the UTF-8 sequence at the start of `text`, or 0 if it is none. RFC 3629, section 4: overlong
/// forms, surrogates and what lies beyond U+10FFFF are none.
std::size_t sequence_length(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char first = byte(0);
  if (first < 0x80) return 1;
  const std::size_t length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
  if (first < 0xc2 || first > 0xf4 || text.size() < length) return 0;
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xc0) != 0x80) return 0;
  }
  const unsigned char second = byte(1);
  const bool overlong = (first == 0xe0 && second < 0xa0) || (first == 0xf0 && second < 0x90);
  const bool surrogate = first == 0xed && second > 0x9f;
  const bool beyond = first == 0xf4 && second > 0x8f;
  return overlong || surrogate || beyond ? 0 : length;
}

bool is_control(char c) {
  const auto code = static_cast<unsigned char>(c);
  return (code < 0x20 && c != '\t' && c != '\n' && c != '\r') || code == 0x7f;
}

}  // namespace

std::expected<std::string, TextError> read_file(const std::filesystem::path& path, std::size_t limit) {
  std::error_code ignored;
  if (std::filesystem::is_directory(path, ignored)) {
    return std::unexpected(TextError{0, "expected a file, found a folder"});
  }
  errno = 0;
  std::ifstream file(path, std::ios::binary);
  std::string text(limit + 1, '\0');
  if (file) file.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (!file.is_open() || file.bad()) {
    return std::unexpected(TextError{0, fmt::format("cannot be read: {}", std::strerror(errno))});
  }
  text.resize(static_cast<std::size_t>(file.gcount()));
  if (text.size() > limit) {
    return std::unexpected(TextError{0, fmt::format("expected at most {} bytes, found more", limit)});
  }
  return text;
}

std::expected<void, TextError> check_text(std::string_view text) {
  int line = 1;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t length = sequence_length(text.substr(at));
    const auto byte = static_cast<unsigned char>(text[at]);
    if (length == 0)
      return std::unexpected(TextError{line, fmt::format("expected UTF-8, found byte 0x{:02x}", byte)});
    if (is_control(text[at])) {
      return std::unexpected(
          TextError{line, fmt::format("expected text, found control character 0x{:02x}", byte)});
    }
    line += text[at] == '\n';
    at += length;
  }
  return {};
}

}  // namespace kinesight::config
