#include "vision/plate/places.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_set>

#include "vision/plate/shape.h"

namespace kinesight::vision::plate {
namespace {

constexpr std::size_t kNone = kCharacters;
constexpr std::size_t kDigits = 10;

char letter(std::size_t index) {
  return static_cast<char>(index < kDigits ? '0' + index : 'A' + (index - kDigits));
}

std::optional<std::size_t> index_of(char c) {
  if (c >= '0' && c <= '9') return static_cast<std::size_t>(c - '0');
  if (c >= 'A' && c <= 'Z') return static_cast<std::size_t>(c - 'A') + kDigits;
  return std::nullopt;
}

/// Small letters whose form is the capital's but for its size.
constexpr std::string_view kSameForm = "csvwxz";
/// What a small letter of another form counts as the capital, where plates have no small letters; the rest
/// says "none here": a round seal is read as an o, a shield as a u.
constexpr float kOtherForm = 0.35F;

bool is_small(char c) { return c >= 'a' && c <= 'z'; }

/// Whether `line` is in small letters, as no plate is: it has one that is neither of the same form as its
/// capital nor what a seal is read as.
bool is_in_small_letters(const ocr::Line& line) {
  return std::ranges::any_of(line.characters, [](const auto& alternatives) {
    const auto& text = alternatives.front().text;
    return text.size() == 1 && is_small(text[0]) && !kSameForm.contains(text[0]) && text[0] != 'o' &&
           text[0] != 'u';
  });
}

/// `same_form`: what a small letter of the same form counts as the capital.
Place place_of(const std::vector<ocr::Alternative>& alternatives, float same_form) {
  Place place{};
  for (const auto& [text, score] : alternatives) {
    const char c = text.size() == 1 ? text[0] : '\0';
    if (const auto index = index_of(c)) {
      place[*index] += score;
    } else if (is_small(c)) {
      const float share = kSameForm.contains(c) ? same_form : kOtherForm;
      place[*index_of(static_cast<char>(c - 'a' + 'A'))] += share * score;
      place[kNone] += (1 - share) * score;
    } else {
      place[kNone] += score;
    }
  }
  return place;
}

/// Which place of one reading is which of another; a place with no partner has none.
struct Pair {
  std::optional<std::size_t> first, second;
};

/// The cost of laying two readings along each other (Needleman and Wunsch, 1970): of two places what they do
/// not agree in, of one alone 0.9, of a seal or hyphen next to nothing.
class Alignment {
 public:
  Alignment(const std::vector<Place>& first, const std::vector<Place>& second)
      : first_(first), second_(second), cost_((first.size() + 1) * (second.size() + 1), 0.0F) {
    for (std::size_t i = 0; i <= first.size(); ++i)
      for (std::size_t j = 0; j <= second.size(); ++j)
        if (i + j > 0) at(i, j) = std::min({both(i, j), only_first(i, j), only_second(i, j)});
  }

  std::vector<Pair> pairs() {
    std::vector<Pair> pairs;
    for (std::size_t i = first_.size(), j = second_.size(); i + j > 0;) {
      const float best = at(i, j);
      if (both(i, j) <= best)
        pairs.push_back({--i, --j});
      else if (only_first(i, j) <= best)
        pairs.push_back({--i, std::nullopt});
      else
        pairs.push_back({std::nullopt, --j});
    }
    std::ranges::reverse(pairs);
    return pairs;
  }

 private:
  static constexpr float kNever = std::numeric_limits<float>::max();
  static float alone(const Place& place) { return 0.9F - 0.75F * place[kNone]; }

  float& at(std::size_t i, std::size_t j) { return cost_[i * (second_.size() + 1) + j]; }
  float both(std::size_t i, std::size_t j) {
    if (i == 0 || j == 0) return kNever;
    float agreed = 0;
    for (std::size_t c = 0; c <= kNone; ++c) agreed += first_[i - 1][c] * second_[j - 1][c];
    return at(i - 1, j - 1) + 1 - agreed;
  }
  float only_first(std::size_t i, std::size_t j) {
    return i == 0 ? kNever : at(i - 1, j) + alone(first_[i - 1]);
  }
  float only_second(std::size_t i, std::size_t j) {
    return j == 0 ? kNever : at(i, j - 1) + alone(second_[j - 1]);
  }

  const std::vector<Place>& first_;
  const std::vector<Place>& second_;
  std::vector<float> cost_;
};

/// What one character is often read as, and what of its weight goes to that: 0 and O are one glyph on many
/// plates, 8 and B hardly ever.
struct LookAlike {
  char read, meant;
  float share;
};
constexpr std::array kLookAlikes = std::to_array<LookAlike>({
    {'0', 'O', 0.5F},  {'0', 'Q', 0.08F}, {'0', 'D', 0.05F}, {'O', '0', 0.5F},  {'O', 'Q', 0.05F},
    {'O', 'D', 0.04F}, {'1', 'I', 0.4F},  {'1', 'L', 0.01F}, {'I', '1', 0.4F},  {'8', 'B', 0.03F},
    {'B', '8', 0.03F}, {'5', 'S', 0.03F}, {'S', '5', 0.03F}, {'2', 'Z', 0.05F}, {'Z', '2', 0.05F},
    {'Z', '7', 0.01F}, {'6', 'G', 0.02F}, {'G', '6', 0.02F}, {'Q', '0', 0.2F},  {'Q', 'O', 0.2F},
    {'D', '0', 0.04F}, {'D', 'O', 0.04F}, {'4', 'A', 0.01F}, {'7', 'Z', 0.01F}, {'7', 'T', 0.01F},
});

/// What may stand at `place`, look-alikes included.
Place with_look_alikes(const Place& place) {
  Place all = place;
  for (const auto& [read, meant, share] : kLookAlikes)
    all[*index_of(meant)] = std::max(all[*index_of(meant)], share * place[*index_of(read)]);
  return all;
}

/// How sure it is that `c` stands at `place`, once it has been settled that its look-alikes mean it.
float settled(const Place& place, char c) {
  float sum = place[*index_of(c)];
  for (const auto& [read, meant, share] : kLookAlikes)
    if (meant == c && share >= 0.02F) sum += place[*index_of(read)];
  return std::min(sum, 1.0F);
}

/// A text that is being put together, place by place.
struct Draft {
  std::string text;
  std::vector<std::uint8_t> from;  ///< By character: its place.
  float score = 0;                 ///< Nats.
  bool gap = false;                ///< The place before was none.

  float total() const { return score - implausibility(text); }
};

constexpr std::size_t kDrafts = 60;     ///< That are kept from place to place.
constexpr float kLeast = 0.004F;        ///< What speaks less for a character does not count.
constexpr float kChangeInGroup = 0.5F;  ///< The cost of a change from letters to digits without a gap, nats.

void extend(const Draft& draft, const Place& options, std::size_t place, std::vector<Draft>& next) {
  for (std::size_t c = 0; c <= kNone; ++c) {
    if (options[c] < kLeast) continue;
    Draft longer = draft;
    longer.score += std::log(std::min(1.0F, options[c] + (c == kNone ? 0.003F : 0)));
    longer.gap = c == kNone;
    if (c != kNone) {
      const bool digit = c < kDigits;
      if (!draft.text.empty() && !draft.gap && digit != (draft.text.back() <= '9'))
        longer.score -= kChangeInGroup;
      longer.text += letter(c);
      longer.from.push_back(static_cast<std::uint8_t>(place));
    }
    next.push_back(std::move(longer));
  }
}

/// Takes letters (or digits) out of `options` where all places hold digits (or letters): a telephone number
/// has no O in it, and a word no 0.
void keep_kind(Place& options, bool digits_alone, bool letters_alone) {
  for (std::size_t c = 0; c < kCharacters; ++c)
    if (c < kDigits ? letters_alone : digits_alone) options[c] = 0;
}

/// Whether what is likeliest at every place is a digit (or a letter, or none).
bool are_all(const std::vector<Place>& places, bool digits) {
  return std::ranges::all_of(places, [&](const Place& place) {
    const auto likeliest = static_cast<std::size_t>(std::ranges::max_element(place) - place.begin());
    return likeliest == kNone || (likeliest < kDigits) == digits;
  });
}

/// All texts worth a thought, the best first.
std::vector<Draft> drafts_of(const std::vector<Place>& places) {
  const bool digits_alone = are_all(places, true), letters_alone = are_all(places, false);
  std::vector<Draft> drafts(1);
  for (std::size_t i = 0; i < places.size(); ++i) {
    auto options = with_look_alikes(places[i]);
    keep_kind(options, digits_alone, letters_alone);
    std::vector<Draft> next;
    for (const auto& draft : drafts) extend(draft, options, i, next);
    if (next.empty()) continue;  // Nothing was read here.
    std::ranges::stable_sort(next, std::greater{}, &Draft::score);
    next.resize(std::min(next.size(), kDrafts));
    drafts = std::move(next);
  }
  std::ranges::stable_sort(drafts, std::greater{}, &Draft::total);
  return drafts;
}

/// What may stand where `c` was chosen, `c` first.
std::vector<Guess> guesses(const Place& place, char c) {
  std::vector<Guess> result;
  for (std::size_t i = 0; i < kCharacters; ++i)
    if (letter(i) != c && place[i] >= kLeast) result.push_back({letter(i), place[i]});
  std::ranges::stable_sort(result, std::greater{}, &Guess::score);
  result.insert(result.begin(), Guess{c, settled(place, c)});
  constexpr std::size_t kMost = 5;
  result.resize(std::min(result.size(), kMost));
  return result;
}

}  // namespace

Sight sight_of(const ocr::Line& line, bool clean) {
  Sight sight;
  const float same_form = is_in_small_letters(line) ? kOtherForm : 1;
  for (const auto& alternatives : line.characters) sight.places.push_back(place_of(alternatives, same_form));
  const float over = std::max(0.05F, line.score - 0.5F);
  sight.weight = over * over * (clean ? 1.5F : 1.0F);
  return sight;
}

std::vector<Place> merged(std::vector<Sight> sights) {
  std::ranges::stable_sort(sights, std::greater{}, &Sight::weight);
  std::vector<Place> together;
  float weight = 0;
  for (const auto& sight : sights) {
    if (sight.places.empty()) continue;
    std::vector<Place> next;
    const float all = weight + sight.weight;
    for (const auto& [before, now] : Alignment(together, sight.places).pairs()) {
      Place place{};
      for (std::size_t c = 0; c <= kNone; ++c) {
        const float none = c == kNone ? 1.0F : 0.0F;  // Where a reading has no place it saw nothing.
        place[c] = ((before ? together[*before][c] : none) * weight +
                    (now ? sight.places[*now][c] : none) * sight.weight) /
                   all;
      }
      next.push_back(place);
    }
    together = std::move(next);
    weight = all;
  }
  constexpr std::size_t kMostPlaces = 64;
  together.resize(std::min(together.size(), kMostPlaces));
  return together;
}

Reading reading_of(const std::vector<Place>& places) {
  const auto drafts = drafts_of(places);
  const auto& best = drafts.front();
  Reading reading;
  reading.text = best.text;
  for (std::size_t i = 0; i < best.text.size(); ++i) {
    reading.characters.push_back(guesses(places[best.from[i]], best.text[i]));
    reading.score += reading.characters.back().front().score / static_cast<float>(best.text.size());
  }
  std::unordered_set<std::string> seen;
  constexpr std::size_t kMost = 5;
  for (const auto& draft : drafts) {
    if (draft.text.empty() || !seen.insert(draft.text).second) continue;
    reading.candidates.push_back({draft.text, reading.score * std::exp(draft.total() - best.total())});
    if (reading.candidates.size() == kMost) break;
  }
  return reading;
}

}  // namespace kinesight::vision::plate
