#include "vision/plate/shape.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <string>
#include <utility>

namespace kinesight::vision::plate {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

using Shape = std::pair<std::string_view, float>;
/// Shapes in use and what each costs: less for those that more of the world's plates have. 'A' is a letter,
/// '9' a digit.
constexpr std::array kShapes = std::to_array<Shape>({
    {"AA999AA", 0.0F},     // France, Italy, Slovakia, Argentina
    {"AAA9999", 0.0F},     // Brazil, Texas, Germany
    {"AAA999", 0.0F},      // Many
    {"999AAA", 0.0F},      // Florida and others
    {"9AAA999", 0.0F},     // California
    {"AA99AAA", 0.0F},     // United Kingdom
    {"AA99999", 0.1F},     // Poland, Norway
    {"AA9999", 0.1F},      // Many
    {"9A99999", 0.2F},     // Czechia
    {"A999AAA", 0.2F},     // United Kingdom until 2001
    {"AA99AA", 0.2F},      // Netherlands, Portugal
    {"9999AAA", 0.2F},     // Spain
    {"AAA9A99", 0.3F},     // Brazil since 2018
    {"A99AAA", 0.3F},      // Florida
    {"A999AA", 0.3F},      // Russia
    {"AA9999AA", 0.4F},    // Ukraine
    {"99AAA99", 0.3F},     // Turkey
    {"99AA99", 0.3F},      // Netherlands
    {"AAAA9999", 0.5F},    // Germany
    {"AA99AA9999", 0.5F},  // India
    {"9999AA", 0.4F},
    {"A99999", 0.4F},
    {"AA999", 0.5F},
    {"AAA99", 0.6F},
    {"A99AA", 0.7F},
    {"AAA99999", 0.8F},
    {"999A99", 0.4F},
    {"99A9999", 0.4F},
    {"99AAA9", 0.5F},
    {"9AA9999", 0.5F},
    {"A9999", 0.7F},
    {"A999999", 0.5F},
    {"A9999AA", 0.5F},
    {"999A999", 0.6F},
    {"99AAAA", 0.6F},
    {"9AA999", 0.6F},
    {"AAAA999", 0.6F},
    {"AA9AAAA", 0.6F},
    {"AA9999A", 0.9F},
    {"A9AAA", 1.2F},
    {"AA999999", 0.8F},
    // Longer ones, and those with more changes: what no pattern of letters and digits explains they are.
    {"AA99A9999", 0.4F},   // India
    {"AA9A9999", 0.7F},    // India
    {"AA9AAA9999", 0.8F},  // Delhi
    {"A999AA99", 0.3F},    // Russia, with the region
    {"A999AA999", 0.3F},   // Russia
    {"99A99999", 0.4F},    // Vietnam, Ireland
    {"99A999999", 0.8F},   // Vietnam, motorcycles
    {"999A9999", 0.6F},    // Ireland
    {"999A99999", 0.8F},   // Ireland
    {"99AAA999", 0.4F},    // Turkey
    {"99AA999", 0.4F},     // Turkey
    {"99AA9999", 0.6F},    // Turkey
    {"A9999AAA", 0.5F},    // Indonesia
    {"AAA999AA", 0.5F},    // Nigeria, Poland
    {"999AAA99", 0.5F},    // Kazakhstan
    {"AAA9999A", 0.6F},    // Singapore, Germany
    {"9999AA9", 0.6F},     // Belarus
    {"A99A999", 0.6F},     // Bosnia and Herzegovina
    {"9AA9AA", 0.4F},      // Victoria
    {"999AA9", 0.6F},      // Queensland
    {"AAA99A", 0.4F},      // Sweden, New South Wales
});

/// The shape of `text`.
std::string shape_of(std::string_view text) {
  std::string shape;
  for (const char c : text) shape += is_digit(c) ? '9' : 'A';
  return shape;
}

/// How odd a shape is that is none of the common ones: by how often letters and digits take turns.
float oddness(std::string_view shape) {
  std::size_t runs = 1;
  for (std::size_t i = 1; i < shape.size(); ++i) runs += shape[i] != shape[i - 1];
  constexpr std::array kByRuns = {0.6F, 0.8F, 2.0F, 2.8F};
  if (runs == 1) return shape.front() == 'A' ? 2.0F : 3.0F;
  return runs - 2 < kByRuns.size() ? kByRuns[runs - 2] : 4.5F;
}

float oddness_of_length(std::size_t length) {
  switch (length) {
    case 4:
      return 0.8F;
    case 5:
      return 0.3F;
    case 6:
    case 7:
      return 0;
    case 8:
      return 0.6F;
    case 9:
      return 2.0F;
    default:
      return 4;
  }
}

/// Words that stand on signs and cars, by themselves or beside a number.
constexpr std::array kWords = std::to_array<std::string_view>(
    {"EXIT",      "ZONE",    "TAXI",     "OPEN",       "STOP",       "SPEED",     "LIMIT",     "ROUTE",
     "ROAD",      "STREET",  "PARKING",  "NOPARKING",  "HOTEL",      "MOTEL",     "HOSTEL",    "BANK",
     "CAFE",      "PIZZA",   "PIZZERIA", "MARKET",     "SALE",       "FORSALE",   "RENT",      "FORRENT",
     "SERVICE",   "POLICE",  "POLIZEI",  "POLICIA",    "POLICJA",    "AMBULANCE", "SCHOOL",    "SCHOOLBUS",
     "CLOSED",    "ENTRY",   "NOENTRY",  "LEVEL",      "FLOOR",      "GATE",      "PLATFORM",  "PHONE",
     "TURBO",     "DIESEL",  "SPORT",    "CLASSIC",    "HYBRID",     "ELECTRIC",  "AUTOMATIC", "LIMITED",
     "TOYOTA",    "HONDA",   "NISSAN",   "MAZDA",      "SUBARU",     "SUZUKI",    "LEXUS",     "HYUNDAI",
     "VOLVO",     "SKODA",   "RENAULT",  "PEUGEOT",    "CITROEN",    "DACIA",     "OPEL",      "FORD",
     "CHEVROLET", "DODGE",   "CHRYSLER", "JEEP",       "PONTIAC",    "BUICK",     "CADILLAC",  "TESLA",
     "AUDI",      "PORSCHE", "MERCEDES", "VOLKSWAGEN", "FIAT",       "SEAT",      "JAGUAR",    "ROVER",
     "SCANIA",    "IVECO",   "TEXAS",    "FLORIDA",    "CALIFORNIA", "NEWYORK",   "OHIO",      "GEORGIA",
     "VIRGINIA",  "NEVADA",  "ARIZONA",  "OREGON",     "ILLINOIS",   "MICHIGAN",  "ALABAMA",   "COLORADO",
     "REPUBLIC",  "CAMERA",  "CHANNEL",  "VIDEO",      "DOCK",       "LINE",      "UNIT",      "TEAM",
     "CLUB",      "AUTO",    "SHOP",     "ROOM",       "HAUS",       "STUDIO",    "TRANSIT"});

/// The same of shorter words, which stand on plates as well: only beside one or two digits.
constexpr std::array kShortWords = std::to_array<std::string_view>(
    {"CAM", "CH", "NVR", "DVR", "IPC", "BAY", "BUS", "CAB", "LVL", "KM", "MPH", "EUR", "USD", "PM", "AM"});

/// A text with every character replaced by the one that stands for all that look like it.
std::string folded(std::string_view text) {
  constexpr std::string_view kFrom = "OQIL5826", kTo = "0011SBZG";
  std::string result(text);
  for (char& c : result) {
    const auto index = kFrom.find(c);
    if (index != std::string_view::npos) c = kTo[index];
  }
  return result;
}

}  // namespace

float implausibility(std::string_view text) {
  if (text.empty()) return 10;
  const auto shape = shape_of(text);
  const auto* common = std::ranges::find(kShapes, std::string_view(shape), &Shape::first);
  if (common != kShapes.end()) return common->second;
  return oddness_of_length(text.size()) + oddness(shape);
}

bool is_mixed(std::string_view text) {
  const auto digits = std::ranges::count_if(text, is_digit);
  return digits > 0 && digits < std::ssize(text);
}

bool is_sign(std::string_view text) {
  // Digits beside the word may have been read as letters, and letters of it as digits.
  constexpr std::string_view kDigitLike = "0123456789OQILSBZG";
  const auto all_digit_like = [&](std::string_view rest) {
    return rest.find_first_not_of(kDigitLike) == std::string_view::npos;
  };
  const auto seen = folded(text);
  const auto holds = [&](std::string_view word) {
    const auto sought = folded(word);
    return (seen.starts_with(sought) && all_digit_like(text.substr(word.size()))) ||
           (seen.ends_with(sought) && all_digit_like(text.substr(0, text.size() - word.size())));
  };
  const auto holds_little_else = [&](std::string_view word) {
    return text.size() <= word.size() + 2 && holds(word);
  };
  return std::ranges::any_of(kWords, holds) || std::ranges::any_of(kShortWords, holds_little_else);
}

}  // namespace kinesight::vision::plate
