#include "base/base64.h"

#include <array>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace kinesight {
namespace {

constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
/// Set in the tables for what is not of the alphabet; a group has 24 bits.
constexpr std::uint32_t kInvalid = std::uint32_t{1} << 31;

/// For each position in a group of four characters, what each character adds to the group's 24 bits.
using Tables = std::array<std::array<std::uint32_t, 256>, 4>;

constexpr Tables make_tables() {
  Tables tables{};
  for (std::size_t position = 0; position < tables.size(); ++position) {
    tables[position].fill(kInvalid);
    for (std::size_t value = 0; value < kAlphabet.size(); ++value) {
      tables[position][static_cast<unsigned char>(kAlphabet[value])] = static_cast<std::uint32_t>(value)
                                                                       << (6 * (3 - position));
    }
  }
  return tables;
}

constexpr Tables kTables = make_tables();

/// The two characters of each twelve bits.
constexpr auto kPairs = [] {
  std::array<std::array<char, 2>, 4096> pairs{};
  for (std::size_t bits = 0; bits < pairs.size(); ++bits)
    pairs[bits] = {kAlphabet[bits >> 6], kAlphabet[bits & 63]};
  return pairs;
}();

std::uint32_t group(const char* text) {
  const auto* bytes = reinterpret_cast<const unsigned char*>(text);
  return kTables[0][bytes[0]] | kTables[1][bytes[1]] | kTables[2][bytes[2]] | kTables[3][bytes[3]];
}

/// `to` has base64_size() bytes.
void encode(char* to, std::string_view data) {
  const auto* from = reinterpret_cast<const unsigned char*>(data.data());
  const std::size_t whole = data.size() / 3 * 3, rest = data.size() - whole;
  for (const auto* const end = from + whole; from != end; from += 3, to += 4) {
    const std::uint32_t bits = std::uint32_t{from[0]} << 16 | std::uint32_t{from[1]} << 8 | from[2];
    std::memcpy(to, kPairs[bits >> 12].data(), 2);
    std::memcpy(to + 2, kPairs[bits & 0xFFF].data(), 2);
  }
  if (rest == 0) return;
  to[2] = to[3] = '=';
  const std::uint32_t bits = std::uint32_t{from[0]} << 16 | (rest == 2 ? std::uint32_t{from[1]} << 8 : 0);
  std::memcpy(to, kPairs[bits >> 12].data(), 2);
  if (rest == 2) to[2] = kPairs[bits & 0xFFF][0];
}

}  // namespace

void append_base64(std::string& out, std::string_view data) {
  const std::size_t begin = out.size(), size = begin + base64_size(data.size());
  out.resize_and_overwrite(size, [&](char* text, std::size_t) { return encode(text + begin, data), size; });
}

std::string to_base64(std::string_view data) {
  std::string text;
  append_base64(text, data);
  return text;
}

std::optional<std::size_t> decode_base64_in_place(std::span<char> text) {
  if (text.size() % 4 != 0) return std::nullopt;
  if (text.empty()) return 0;
  const std::size_t padding = text.back() != '=' ? 0 : text[text.size() - 2] != '=' ? 1 : 2;
  const char* const last = text.data() + text.size() - (padding > 0 ? 4 : 0);
  char* out = text.data();
  std::uint32_t seen = 0;
  for (const char* in = text.data(); in != last; in += 4) {  // Writes never overtake reads: 3 bytes for 4.
    const std::uint32_t bits = group(in);
    seen |= bits;
    *out++ = static_cast<char>(bits >> 16);
    *out++ = static_cast<char>(bits >> 8);
    *out++ = static_cast<char>(bits);
  }
  if (padding > 0) {
    const char filled[] = {last[0], last[1], padding == 2 ? 'A' : last[2], 'A'};
    const std::uint32_t bits = group(filled);
    seen |= bits;
    *out++ = static_cast<char>(bits >> 16);
    if (padding == 1) *out++ = static_cast<char>(bits >> 8);
  }
  if ((seen & kInvalid) != 0) return std::nullopt;
  return static_cast<std::size_t>(out - text.data());
}

std::optional<std::string> from_base64(std::string_view text) {
  std::string bytes(text);
  const auto size = decode_base64_in_place(bytes);
  if (!size) return std::nullopt;
  bytes.resize(*size);
  return bytes;
}

}  // namespace kinesight
