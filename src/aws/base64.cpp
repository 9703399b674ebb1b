#include "aws/base64.h"

#include <openssl/evp.h>

#include <array>
#include <cstdint>
#include <string_view>

namespace kinesight::aws {
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

std::uint32_t group(const char* text) {
  const auto* bytes = reinterpret_cast<const unsigned char*>(text);
  return kTables[0][bytes[0]] | kTables[1][bytes[1]] | kTables[2][bytes[2]] | kTables[3][bytes[3]];
}

}  // namespace

// EVP_EncodeBlock puts a NUL behind the text.
void append_base64(std::string& out, std::string_view data) {
  const std::size_t begin = out.size();
  out.resize(begin + base64_size(data.size()) + 1);
  EVP_EncodeBlock(reinterpret_cast<unsigned char*>(out.data() + begin),
                  reinterpret_cast<const unsigned char*>(data.data()), static_cast<int>(data.size()));
  out.pop_back();
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

}  // namespace kinesight::aws
