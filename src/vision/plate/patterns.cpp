#include "vision/plate/patterns.h"

#include <algorithm>
#include <ranges>
#include <utility>

#include "vision/plate/best_texts.h"
#include "vision/plate/countries.h"
#include "vision/plate/lookalike.h"

namespace kinesight::vision::plate {

namespace {

/// How likely a look-alike is that the reader did not think of, as a share of what it read.
constexpr float kUnread = 0.3F;
/// What a fitted text's likelihood may be less than that of what was read: three look-alikes will do.
constexpr float kLeastLikely = 0.02F;

/// A text that fits a pattern.
struct Fit {
  float likely = 0;  ///< As a share of what was read.
  std::string country;
  std::vector<std::vector<Guess>> characters;
};

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool fits(char c, char kind) { return kind == '?' || is_digit(c) == (kind == '9'); }
bool fits(const std::string& text, const std::string& shape) {
  return std::ranges::equal(text, shape, [](char c, char kind) { return fits(c, kind); });
}

/// What may stand at a place of `reading`.
std::vector<Guess> guesses_at(const Reading& reading, std::size_t place) {
  if (place < reading.characters.size() && !reading.characters[place].empty())
    return reading.characters[place];
  return {{reading.text[place], reading.score}};
}

/// `guesses` with the likeliest of that kind in front; nothing where there is none.
std::optional<std::vector<Guess>> of_kind(std::vector<Guess> guesses, char kind) {
  Guess best{};
  for (const auto& guess : guesses) {
    if (fits(guess.character, kind) && guess.score > best.score) best = guess;
    const Guess twin{twin_of(guess.character), kUnread * guess.score};
    if (fits(twin.character, kind) && twin.score > best.score) best = twin;
  }
  if (best.score <= 0) return std::nullopt;
  std::erase_if(guesses, [&](const Guess& guess) { return guess.character == best.character; });
  guesses.insert(guesses.begin(), best);
  return guesses;
}

std::optional<Fit> fit_of(const Reading& reading, const std::string& shape) {
  if (reading.text.size() != shape.size()) return std::nullopt;
  Fit made{.likely = 1, .country = {}, .characters = {}};
  for (std::size_t place = 0; place < shape.size(); ++place) {
    const auto guesses = guesses_at(reading, place);
    auto chosen = of_kind(guesses, shape[place]);
    if (!chosen) return std::nullopt;
    made.likely *= std::min(1.0F, chosen->front().score / std::max(guesses.front().score, 1e-6F));
    made.characters.push_back(std::move(*chosen));
  }
  return made;
}

/// Candidates of other lengths fit as they are or not at all.
std::optional<Fit> fit_of(const Reading& reading, const Candidate& candidate, const std::string& shape) {
  if (candidate.text.size() == reading.text.size() || !fits(candidate.text, shape)) return std::nullopt;
  Fit made{.likely = std::min(1.0F, candidate.score / std::max(reading.score, 1e-6F)),
           .country = {},
           .characters = {}};
  for (const char c : candidate.text) made.characters.push_back({{c, candidate.score}});
  return made;
}

/// `reading` as the text that `fit` makes of it.
Reading fitted(const Reading& reading, Fit fit) {
  Reading result = reading;
  result.text.clear();
  for (const auto& guesses : fit.characters) result.text += guesses.front().character;
  result.country = std::move(fit.country);
  if (result.text == reading.text) return result;
  result.characters = std::move(fit.characters);
  result.score = mean_score(result.characters);
  std::erase_if(result.candidates, [&](const Candidate& other) { return other.text == result.text; });
  result.candidates.insert(result.candidates.begin(), {result.text, result.score});
  if (result.candidates.size() > kMostCandidates) result.candidates.resize(kMostCandidates);
  return result;
}

std::string known_codes() {
  std::string codes;
  for (const auto& country : countries()) codes += (codes.empty() ? "" : " ") + std::string(country.code);
  return codes;
}

}  // namespace

Result<Patterns> Patterns::make(std::span<const std::string> codes, std::span<const std::string> further) {
  Patterns made;
  for (const auto& shape : further) {
    if (shape.empty() || shape.find_first_not_of("A9?") != std::string::npos) {
      return fail(
          ErrorKind::invalid,
          "patterns: expected 'A' for a letter, '9' for a digit and '?' for either, e.g. \"AA999AA\", "
          "found \"{}\"",
          shape);
    }
    made.patterns_.push_back({shape, ""});
  }
  for (const auto& code : codes) {
    const Country* country = find_country(code);
    if (!country) {
      return fail(ErrorKind::invalid,
                  "countries: the patterns of \"{}\" are not known; known are {}; write others as `patterns`",
                  code, known_codes());
    }
    for (const auto shape : std::views::split(country->patterns, ' ')) {
      made.patterns_.push_back({std::string(std::string_view(shape)), std::string(country->code)});
    }
  }
  return made;
}

std::optional<Reading> Patterns::fit(const Reading& reading) const {
  Fit best;
  const auto consider = [&](std::optional<Fit> fit, const Pattern& pattern) {
    if (!fit || fit->likely < kLeastLikely || fit->likely <= best.likely) return;
    best = std::move(*fit);
    best.country = pattern.country;
  };
  for (const auto& pattern : patterns_) {
    consider(fit_of(reading, pattern.shape), pattern);
    for (const auto& candidate : reading.candidates)
      consider(fit_of(reading, candidate, pattern.shape), pattern);
  }
  if (best.likely <= 0) return std::nullopt;
  return fitted(reading, std::move(best));
}

}  // namespace kinesight::vision::plate
