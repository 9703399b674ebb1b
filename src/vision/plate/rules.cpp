#include "vision/plate/rules.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "vision/plate/lists.h"
#include "vision/plate/normalise.h"
#include "vision/plate/patterns.h"

namespace kinesight::vision::plate {

namespace {

/// `reading` with the replacements made in its text, and what goes with it.
Reading replaced(Reading reading, const std::vector<Replacement>& replacements) {
  if (replacements.empty()) return reading;
  std::string text = normalise(reading.text, replacements);
  if (text.size() != reading.text.size()) {
    reading.characters.clear();
    for (const char c : text) reading.characters.push_back({{c, reading.score}});
  }
  for (std::size_t i = 0; i < std::min(text.size(), reading.characters.size()); ++i) {
    auto& guesses = reading.characters[i];
    if (guesses.empty() || guesses.front().character == text[i]) continue;
    const float score = guesses.front().score;
    std::erase_if(guesses, [&](const Guess& guess) { return guess.character == text[i]; });
    guesses.insert(guesses.begin(), {text[i], score});
  }
  reading.text = std::move(text);
  std::vector<Candidate> candidates;
  for (auto& candidate : reading.candidates) {
    candidate.text = normalise(candidate.text, replacements);
    const auto same = std::ranges::find(candidates, candidate.text, &Candidate::text);
    if (same == candidates.end()) candidates.push_back(std::move(candidate));
  }
  reading.candidates = std::move(candidates);
  return reading;
}

}  // namespace

struct TextJudge::Impl {
  TextRules rules;
  std::vector<Replacement> replacements;
  Patterns patterns;
  PlateList wanted, known;

  /// Fills in the list that `reading` is on, and the entry; the nearer one, else the wanted one. How near, if
  /// at all.
  std::optional<int> look_up(Reading& reading) const {
    const auto wanted_one = wanted.nearest(reading.text), known_one = known.nearest(reading.text);
    if (!wanted_one && !known_one) return std::nullopt;
    const bool is_wanted = wanted_one && (!known_one || wanted_one->distance <= known_one->distance);
    const Listed& listed = is_wanted ? *wanted_one : *known_one;
    reading.list = is_wanted ? "wanted" : "known";
    reading.listed = listed.entry;
    return listed.distance;
  }
};

Result<TextJudge> TextJudge::make(const TextRules& rules) {
  auto replacements = read_replacements(rules.replace);
  if (!replacements) return std::unexpected(replacements.error());
  auto patterns = Patterns::make(rules.countries, rules.patterns);
  if (!patterns) return std::unexpected(patterns.error());
  PlateList wanted(rules.wanted_plates, *replacements, rules.max_edit_distance);
  PlateList known(rules.known_plates, *replacements, rules.max_edit_distance);
  TextJudge made;
  made.impl_ = std::make_shared<const Impl>(
      Impl{rules, std::move(*replacements), std::move(*patterns), std::move(wanted), std::move(known)});
  return made;
}

std::expected<Reading, std::string> TextJudge::judge(const Reading& given) const {
  const auto& rules = impl_->rules;
  Reading reading = replaced(given, impl_->replacements);
  const bool any_text = impl_->patterns.empty();
  auto fitted = any_text ? std::nullopt : impl_->patterns.fit(reading);
  const bool fits = any_text || fitted;
  if (fitted) reading = std::move(*fitted);

  // What is on a list is a plate, whatever it looks like; a scrap of one must be on it letter by letter.
  const auto near = impl_->look_up(reading);
  const auto length = static_cast<int>(reading.text.size());
  if (length < rules.min_text_length && near != 0) {
    return std::unexpected(
        fmt::format("{} characters, min_text_length is {}", length, rules.min_text_length));
  }
  if (!fits && !near) return std::unexpected(fmt::format("\"{}\" fits none of the patterns", reading.text));
  if (reading.list == "known" && !rules.report_known) {
    return std::unexpected(fmt::format("known plate \"{}\", and report_known is false", reading.listed));
  }
  return reading;
}

}  // namespace kinesight::vision::plate
