// Numbers as the outbox's files hold them: little endian, whatever the machine.
#pragma once

#include <bit>
#include <concepts>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

namespace kinesight::publish::outbox {

static_assert(std::endian::native == std::endian::little, "the outbox's files are written as they lie");

/// Appends `value`.
template <std::integral Number>
void put(std::string& bytes, Number value) {
  bytes.append(reinterpret_cast<const char*>(&value), sizeof(value));
}

/// Writes `value` over what is at `offset`.
template <std::integral Number>
void put_at(std::string& bytes, std::size_t offset, Number value) {
  std::memcpy(bytes.data() + offset, &value, sizeof(value));
}

/// The number at `offset`, which must be there.
template <std::integral Number>
Number get(std::string_view bytes, std::size_t offset) {
  Number value;
  std::memcpy(&value, bytes.data() + offset, sizeof(value));
  return value;
}

/// Appends `value` in groups of seven bits, the lowest first: small numbers are short.
inline void put_varint(std::string& bytes, std::uint64_t value) {
  for (; value >= 0x80; value >>= 7) bytes.push_back(static_cast<char>(value | 0x80));
  bytes.push_back(static_cast<char>(value));
}

/// Takes a number from the front of `bytes`; false when there is none.
inline bool take_varint(std::string_view& bytes, std::uint64_t& value) {
  value = 0;
  for (int shift = 0; shift < 64 && !bytes.empty(); shift += 7) {
    const auto byte = static_cast<unsigned char>(bytes.front());
    bytes.remove_prefix(1);
    value |= std::uint64_t{byte & 0x7fU} << shift;
    if (byte < 0x80) return true;
  }
  return false;
}

}  // namespace kinesight::publish::outbox
