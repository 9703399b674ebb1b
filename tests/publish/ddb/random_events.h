// Envelopes of all shapes that JSON allows, from a seed.
#pragma once

#include <bit>
#include <cmath>
#include <limits>
#include <string>

#include "base/rng.h"
#include "event/envelope.h"

namespace kinesight::support {

/// Strings with what encodings get wrong: quotes, controls, two to four bytes a character, nothing at all.
inline std::string random_text(Rng& rng) {
  static constexpr const char* kPieces[] = {"a",  "Zebra", "0",    " ",  "\"", "\\",   "\n",
                                            "\t", "é",     "日本", "🚗", "/",  "\x01", "{}"};
  std::string text;
  for (int i = rng.integer(0, 6); i > 0; --i) text += kPieces[rng.integer(0, 13)];
  return text;
}

/// Any double that DynamoDB can hold, of all magnitudes.
inline double random_double(Rng& rng) {
  if (rng.chance(0.3)) return rng.uniform(-1, 1);
  while (true) {
    const auto high = static_cast<std::uint32_t>(
        rng.integer(std::numeric_limits<int>::min(), std::numeric_limits<int>::max()));
    const auto low = static_cast<std::uint32_t>(
        rng.integer(std::numeric_limits<int>::min(), std::numeric_limits<int>::max()));
    const auto number = std::bit_cast<double>(std::uint64_t{high} << 32 | low);
    if (std::isfinite(number) && std::abs(number) >= 1e-130 && std::abs(number) < 1e126) return number;
  }
}

inline nlohmann::json random_integer(Rng& rng) {
  switch (rng.integer(0, 3)) {
    case 0:
      return std::numeric_limits<std::int64_t>::min();
    case 1:
      return std::numeric_limits<std::uint64_t>::max();
    case 2:
      return (std::int64_t{1} << 53) + rng.integer(-3, 3);
    default:
      return rng.integer(-1000, 1000);
  }
}

inline nlohmann::json random_json(Rng& rng, int depth = 0) {
  const int kind = rng.integer(0, depth < 5 ? 6 : 4);
  if (kind == 0) return nullptr;
  if (kind == 1) return rng.chance(0.5);
  if (kind == 2) return random_integer(rng);
  if (kind == 3) return random_double(rng);
  if (kind == 4) return random_text(rng);
  nlohmann::json nested = kind == 5 ? nlohmann::json::array() : nlohmann::json::object();
  for (int i = rng.integer(0, 4); i > 0; --i) {
    if (kind == 5) {
      nested.push_back(random_json(rng, depth + 1));
    } else {
      nested["k" + random_text(rng)] = random_json(rng, depth + 1);
    }
  }
  return nested;
}

inline event::Envelope random_envelope(Rng& rng) {
  event::Payload payload;
  payload.ts_ms = 1'769'860'800'000 + rng.integer(-1'000'000'000, 1'000'000'000);
  payload.type = random_text(rng);
  payload.label = random_text(rng);
  payload.conf = rng.uniform(0, 1);
  for (int& number : payload.bbox) number = rng.integer(-5000, 5000);
  for (int i = rng.integer(0, 4); i > 0; --i) payload.extras["k" + random_text(rng)] = random_json(rng);
  auto envelope = event::make_envelope("camera_" + std::to_string(rng.integer(1, 5)), payload);
  envelope.payload.conf = payload.conf;  // All its digits, not four.
  return envelope;
}

}  // namespace kinesight::support
