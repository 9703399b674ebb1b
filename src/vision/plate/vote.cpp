#include "vision/plate/vote.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <deque>
#include <map>
#include <ranges>
#include <string>
#include <vector>

#include "vision/plate/alignment.h"
#include "vision/plate/best_texts.h"

namespace kinesight::vision::plate {

namespace {

/// A reading that votes.
struct Ballot {
  Reading reading;
  double weight = 0;
};

constexpr std::size_t kMostLength = 32;  ///< Of a text; more is no plate.
constexpr float kFullHeight = 40;        ///< Pixels: plates that are higher read no better.
constexpr float kLeastWeight = 0.1F;     ///< Of the lowest, as a share of those that are high enough.

/// How well a plate of this height can be read, 0 to 1; 1 where the corners are not known.
float clearness(const std::array<Corner, 4>& corners) {
  const auto side = [&](std::size_t from, std::size_t to) {
    return std::hypot(corners[to].x - corners[from].x, corners[to].y - corners[from].y);
  };
  const float height = (side(0, 3) + side(1, 2)) / 2;
  return height > 0 ? std::clamp(height / kFullHeight, kLeastWeight, 1.0F) : 1;
}

/// A column of the vote: by character, what speaks for it.
class Column {
 public:
  void add(const Reading& reading, std::size_t place, double weight) {
    weights_ += weight;
    if (place >= reading.characters.size() || reading.characters[place].empty()) {
      sums_[reading.text[place]] += weight * reading.score;
      return;
    }
    for (const auto& guess : reading.characters[place]) sums_[guess.character] += weight * guess.score;
  }

  std::vector<Guess> guesses() const {
    std::vector<Guess> all;
    for (const auto& [character, sum] : sums_) all.push_back({character, static_cast<float>(sum / weights_)});
    std::ranges::stable_sort(all, std::ranges::greater{}, &Guess::score);
    if (all.size() > kMostCandidates) all.resize(kMostCandidates);
    return all;
  }

 private:
  std::map<char, double> sums_;
  double weights_ = 0;
};

std::string first_guesses(const std::vector<Column>& columns) {
  std::string text;
  for (const auto& column : columns) text += column.guesses().front().character;
  return text;
}

}  // namespace

struct Vote::Impl {
  std::deque<Ballot> ballots;

  /// The length that the most weight is behind.
  std::size_t length() const {
    std::map<std::size_t, double> weights;
    for (const auto& ballot : ballots) weights[ballot.reading.text.size()] += ballot.weight;
    return std::ranges::max_element(weights, {}, [](const auto& entry) { return entry.second; })->first;
  }
};

Vote::Vote() : impl_(std::make_unique<Impl>()) {}
Vote::~Vote() = default;
Vote::Vote(Vote&&) noexcept = default;
Vote& Vote::operator=(Vote&&) noexcept = default;

void Vote::add(const Reading& reading) {
  if (reading.text.empty() || reading.text.size() > kMostLength) return;
  const double sure = std::clamp(reading.score, 0.01F, 1.0F);
  impl_->ballots.push_back({reading, sure * sure * clearness(reading.corners)});
  if (impl_->ballots.size() > kMostReadings) impl_->ballots.pop_front();
}

std::size_t Vote::readings() const { return impl_->ballots.size(); }

std::optional<Reading> Vote::result() const {
  const auto& ballots = impl_->ballots;
  if (ballots.empty()) return std::nullopt;
  std::vector<Column> columns(impl_->length());
  for (const auto& [reading, weight] : ballots) {
    if (reading.text.size() != columns.size()) continue;
    for (std::size_t place = 0; place < columns.size(); ++place) columns[place].add(reading, place, weight);
  }
  const std::string backbone = first_guesses(columns);
  for (const auto& [reading, weight] : ballots) {
    if (reading.text.size() == columns.size()) continue;
    const auto partners = align(backbone, reading.text);
    for (std::size_t place = 0; place < columns.size(); ++place) {
      if (partners[place]) columns[place].add(reading, *partners[place], weight);
    }
  }
  Reading together;
  for (const auto& column : columns) together.characters.push_back(column.guesses());
  together.score = mean_score(together.characters);
  together.candidates = best_texts(together.characters, kMostCandidates);
  together.text = together.candidates.front().text;
  together.corners = ballots.back().reading.corners;
  return together;
}

}  // namespace kinesight::vision::plate
