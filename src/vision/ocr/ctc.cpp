#include "vision/ocr/ctc.h"

#include <algorithm>
#include <functional>
#include <span>

namespace kinesight::vision::ocr {
namespace {

using Step = std::span<const float>;  ///< The scores of its classes.

constexpr std::size_t kNothing = 0;  ///< The class of "nothing here".
constexpr std::size_t kMostAlternatives = 8, kFewestAlternatives = 3;
constexpr float kNegligible = 0.0005F;

/// The steps in a row that see the same character.
struct Run {
  std::size_t seen = kNothing;
  Step surest;
};

std::size_t likeliest(Step step) {
  return static_cast<std::size_t>(std::ranges::max_element(step) - step.begin());
}

std::vector<Run> runs(const Tensor& scores, std::size_t classes) {
  std::vector<Run> found;
  std::size_t before = kNothing;
  for (std::size_t at = 0; at + classes <= scores.data.size(); at += classes) {
    const Step step = scores.data.subspan(at, classes);
    const auto seen = likeliest(step);
    if (seen != kNothing && seen != before) found.push_back({seen, step});
    if (seen != kNothing && step[seen] > found.back().surest[seen]) found.back().surest = step;
    before = seen;
  }
  return found;
}

/// What may stand in the place of `run`, the likeliest first.
std::vector<Alternative> alternatives(const Run& run, const Charset& charset) {
  std::vector<std::size_t> classes;
  for (std::size_t i = kNothing + 1; i < run.surest.size(); ++i) classes.push_back(i);
  const auto end = classes.begin() + static_cast<std::ptrdiff_t>(std::min(kMostAlternatives, classes.size()));
  std::ranges::partial_sort(classes, end, std::greater{}, [&](std::size_t i) { return run.surest[i]; });

  std::vector<Alternative> list;
  for (auto i = classes.begin(); i != end; ++i) {
    if (list.size() >= kFewestAlternatives && run.surest[*i] < kNegligible) break;
    list.push_back({charset.character(*i), run.surest[*i]});
  }
  return list;
}

}  // namespace

Line decode_ctc(const Tensor& scores, const Charset& charset) {
  auto seen = runs(scores, charset.classes());
  const auto is_space = [&](const Run& run) { return charset.character(run.seen) == " "; };
  seen.erase(std::ranges::find_if_not(seen.rbegin(), seen.rend(), is_space).base(), seen.end());
  seen.erase(seen.begin(), std::ranges::find_if_not(seen, is_space));

  Line line;
  for (const auto& run : seen) {
    line.characters.push_back(alternatives(run, charset));
    line.text += charset.character(run.seen);
    line.score += run.surest[run.seen];
  }
  if (!line.characters.empty()) line.score /= static_cast<float>(line.characters.size());
  return line;
}

}  // namespace kinesight::vision::ocr
