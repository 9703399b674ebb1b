#include "vision/plate/countries.h"

#include <algorithm>
#include <array>

namespace kinesight::vision::plate {

namespace {

constexpr std::array kCountries = std::to_array<Country>({
    {"AL", "Albania", "AA999AA"},
    {"AT", "Austria",
     "A9999A A99999A A999AA A9999AA A99AAA A999AAA AA999A AA9999A AA99AA AA999AA AA9AAA AA99AAA A99999 "
     "A999999 "
     "AA99999"},
    {"BA", "Bosnia and Herzegovina", "A99A999"},
    {"BE", "Belgium", "9AAA999 AAA999 999AAA"},
    {"BG", "Bulgaria", "A9999AA AA9999AA A9999A AA9999A"},
    {"BR", "Brazil", "AAA9999 AAA9A99"},
    {"CH", "Switzerland", "AA999 AA9999 AA99999 AA999999"},
    {"CY", "Cyprus", "AAA999"},
    {"CZ", "Czechia", "9A99999 9AA9999 AAA9999"},
    {"DE", "Germany",
     "AA9 AA99 AA999 AA9999 AAA9 AAA99 AAA999 AAA9999 AAAA9 AAAA99 AAAA999 AAAA9999 AAAAA9 AAAAA99 AAAAA999 "
     "AA99A AA999A AA9999A AAA99A AAA999A AAA9999A AAAA99A AAAA999A AAAAA99A"},  // The letter at the end: H
                                                                                 // historic, E electric.
    {"DK", "Denmark", "AA99999"},
    {"EE", "Estonia", "999AAA 99AAA"},
    {"ES", "Spain", "9999AAA A9999AA AA9999AA A9999A AA9999A"},
    {"FI", "Finland", "AAA999 AAA99 AAA9"},
    {"FR", "France", "AA999AA 999AA99 9999AA99 999AAA99"},
    {"GB", "United Kingdom", "AA99AAA A999AAA A99AAA A9AAA AAA999A AAA99A AAA9A AAA9999 AA9999"},
    {"GR", "Greece", "AAA9999"},
    {"HR", "Croatia", "AA999A AA9999A AA999AA AA9999AA"},
    {"HU", "Hungary", "AAAA999 AAA999"},
    {"IE", "Ireland",
     "99A9 99A99 99A999 99A9999 99A99999 99AA99 99AA999 99AA9999 999A9 999A99 999A999 999A9999 "
     "999A99999 999A999999"},
    {"IS", "Iceland", "AAA99 AA999"},
    {"IT", "Italy", "AA999AA"},
    {"LI", "Liechtenstein", "AA999 AA9999 AA99999"},
    {"LT", "Lithuania", "AAA999 AA9999"},
    {"LU", "Luxembourg", "AA9999 9999 99999 999999"},
    {"LV", "Latvia", "AA999 AA9999 AA99"},
    {"MD", "Moldova", "AAA999"},
    {"ME", "Montenegro", "AAAA999"},
    {"MK", "North Macedonia", "AA9999AA AA999AA"},
    {"MT", "Malta", "AAA999"},
    {"NL", "Netherlands",
     "AA9999 9999AA 99AA99 AA99AA AAAA99 99AAAA 99AAA9 9AAA99 AA999A A999AA AAA99A A99AAA 9AA999 999AA9"},
    {"NO", "Norway", "AA99999"},
    {"PL", "Poland",
     "AA99999 AA9999A AA999AA AA9A999 AA9AA99 AAA99999 AAA9999A AAA999AA AAAA999 AAA99AA AAA9A99 AAA99A9 "
     "AAA9AA9 "
     "AAAAA99"},
    {"PT", "Portugal", "AA99AA 99AA99 9999AA AA9999"},
    {"RO", "Romania", "AA99AAA A99AAA A999AAA"},
    {"RS", "Serbia", "AA999AA AA9999AA AA99999"},
    {"RU", "Russia", "A999AA99 A999AA999"},
    {"SE", "Sweden", "AAA999 AAA99A"},
    {"SI", "Slovenia", "AAAA999 AAA999A AA99AAA AA999AA AAAAA99"},
    {"SK", "Slovakia", "AA999AA"},
    {"TR", "Turkey", "99A9999 99A99999 99AA999 99AA9999 99AAA99 99AAA999"},
    {"UA", "Ukraine", "AA9999AA"},
    {"US", "United States",
     "9AAA999 AAA9999 AAA999 999AAA AA99999 A99AAA 9AA999 AAAA99 99AAAA 999999 AA9999 AAA99A A999999 AA999A "
     "999AAAA 9AA9999 AAAA999 99A999 999A999 AA9A9A AAA9A9 AA99AA"},
});

}  // namespace

std::span<const Country> countries() { return kCountries; }

const Country* find_country(std::string_view code) {
  const auto upper = [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; };
  const auto found = std::ranges::find_if(kCountries, [&](const Country& country) {
    return std::ranges::equal(country.code, code, {}, {}, upper);
  });
  return found == kCountries.end() ? nullptr : &*found;
}

}  // namespace kinesight::vision::plate
