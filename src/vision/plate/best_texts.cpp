#include "vision/plate/best_texts.h"

#include <algorithm>

namespace kinesight::vision::plate {

float mean_score(std::span<const std::vector<Guess>> characters) {
  float sum = 0;
  for (const auto& guesses : characters) sum += guesses.empty() ? 0 : guesses.front().score;
  return characters.empty() ? 0 : sum / static_cast<float>(characters.size());
}

std::vector<Candidate> best_texts(std::span<const std::vector<Guess>> characters, std::size_t most) {
  if (characters.empty() || most == 0) return {};
  // Place by place, the best `most` beginnings: what is beyond them can be no part of the best `most` texts.
  std::vector<Candidate> texts{{"", mean_score(characters)}};
  for (const auto& guesses : characters) {
    std::vector<Candidate> longer;
    for (const auto& [text, score] : texts) {
      for (const auto& guess : guesses) {
        const float ratio = guess.score / std::max(guesses.front().score, 1e-6F);
        longer.push_back({text + guess.character, score * ratio});
      }
    }
    std::ranges::stable_sort(longer, std::ranges::greater{}, &Candidate::score);
    if (longer.size() > most) longer.resize(most);
    texts = std::move(longer);
  }
  return texts;
}

}  // namespace kinesight::vision::plate
