#include "stream/multilang/held_back.h"

#include <algorithm>
#include <utility>

namespace kinesight::stream::multilang {

void HeldBack::add(Position at, std::int64_t until_ms) {
  // A position behind one that is held by the same window is let go of with it.
  if (!batches_.empty() && batches_.back().until_ms == until_ms) {
    batches_.back().at = std::move(at);
    return;
  }
  batches_.push_back({std::move(at), until_ms});
  if (batches_.size() > kMostBatches) take_neighbours_together();
}

std::optional<Position> HeldBack::release(std::int64_t ended_ms) {
  std::optional<Position> free;
  while (!batches_.empty() && batches_.front().until_ms <= ended_ms) {
    free = std::move(batches_.front().at);
    batches_.pop_front();
  }
  return free;
}

/// Of each pair the later position, which is held for as long as either.
void HeldBack::take_neighbours_together() {
  std::deque<Batch> pairs;
  for (std::size_t i = 0; i < batches_.size(); i += 2) {
    const std::size_t last = std::min(i + 1, batches_.size() - 1);
    pairs.push_back({std::move(batches_[last].at), std::max(batches_[i].until_ms, batches_[last].until_ms)});
  }
  batches_ = std::move(pairs);
}

}  // namespace kinesight::stream::multilang
