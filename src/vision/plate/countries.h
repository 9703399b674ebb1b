// What the plates of countries look like.
#pragma once

#include <span>
#include <string_view>

namespace kinesight::vision::plate {

/// A country and the patterns of its plates: 'A' a letter, '9' a digit, '?' either; no spaces, hyphens or
/// seals.
struct Country {
  std::string_view code;  ///< ISO 3166-1, two letters.
  std::string_view name;
  std::string_view patterns;  ///< Separated by spaces.
};

/// All countries that are known, by code. Current series of cars and those before that are still on the road;
/// no trade, diplomatic or personal plates. After the articles "Vehicle registration plates of …" of
/// en.wikipedia.org, one a country, as of 2025.
std::span<const Country> countries();

/// The country with that code, in any case; null for none.
const Country* find_country(std::string_view code);

}  // namespace kinesight::vision::plate
