#include "sim/kvs/fragment_number.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>

namespace kinesight::sim::kvs {
namespace {

constexpr std::string_view kPrefix = "91343852333181";
constexpr std::size_t kTimeDigits = 20;
constexpr std::size_t kTailDigits = 13;
constexpr std::uint64_t kTails = 10'000'000'000'000;

/// FNV-1a, 64 bits: http://www.isthe.com/chongo/tech/comp/fnv/
std::uint64_t hash(std::string_view text, std::uint64_t index) {
  std::uint64_t value = 0xcbf29ce484222325;
  const auto take = [&](unsigned char byte) { value = (value ^ byte) * 0x100000001b3; };
  for (const char c : text) take(static_cast<unsigned char>(c));
  for (int shift = 0; shift < 64; shift += 8) take(static_cast<unsigned char>(index >> shift));
  return value;
}

}  // namespace

std::string fragment_number(std::string_view stream, std::int64_t index, double server_time) {
  const auto microseconds = static_cast<std::uint64_t>(std::max(0LL, std::llround(server_time * 1e6)));
  return fmt::format("{}{:0{}}{:0{}}", kPrefix, microseconds, kTimeDigits,
                     hash(stream, static_cast<std::uint64_t>(index)) % kTails, kTailDigits);
}

std::optional<double> server_time_in(std::string_view number) {
  if (number.size() != kPrefix.size() + kTimeDigits + kTailDigits || !number.starts_with(kPrefix))
    return std::nullopt;
  const std::string_view digits = number.substr(kPrefix.size(), kTimeDigits);
  std::uint64_t microseconds = 0;
  const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), microseconds);
  if (read.ec != std::errc() || read.ptr != digits.data() + digits.size()) return std::nullopt;
  return static_cast<double>(microseconds) / 1e6;
}

}  // namespace kinesight::sim::kvs
