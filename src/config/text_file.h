// Reading the small text files that configurations are.
#pragma once

#include <cstddef>
#include <expected>
#include <filesystem>
#include <string>
#include <string_view>

namespace kinesight::config {

/// Why a text cannot be used, and where in it.
struct TextError {
  int line = 0;  ///< From 1; 0 when the text could not be had at all.
  std::string message;
};

/// The whole of the file at `path`, of at most `limit` bytes.
std::expected<std::string, TextError> read_file(const std::filesystem::path& path, std::size_t limit);

/// Whether `text` is UTF-8 (RFC 3629) without control characters other than tab and line ends, as YAML asks.
std::expected<void, TextError> check_text(std::string_view text);

}  // namespace kinesight::config
