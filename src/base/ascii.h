// Texts of which every byte is a character.
#pragma once

#include <cstdint>
#include <cstring>
#include <string_view>

namespace kinesight {

/// Whether `text` is ASCII: UTF-8, then, and as many characters as bytes. For short texts, of which most are.
inline bool is_ascii(std::string_view text) {
  std::uint64_t seen = 0;
  for (; text.size() >= sizeof seen; text.remove_prefix(sizeof seen)) {
    std::uint64_t eight = 0;
    std::memcpy(&eight, text.data(), sizeof eight);
    seen |= eight;
  }
  for (const char c : text) seen |= static_cast<unsigned char>(c);
  return (seen & 0x8080808080808080) == 0;
}

}  // namespace kinesight
