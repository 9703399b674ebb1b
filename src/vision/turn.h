// For whom the engine works: what a detector passes on from the worker to the models.
#pragma once

#include <stop_token>

#include "base/clock.h"

namespace kinesight::vision {

/// What the inferences of a frame took.
struct InferenceTimes {
  Clock::Duration waited{};    ///< For their turn.
  Clock::Duration inferred{};  ///< From then on to their results.
};

/// The work on one frame, as the engine sees it. Of one thread.
struct Turn {
  std::stop_token stop{};
  /// When the frame was handed over: of all that wait for the engine, the oldest goes first.
  Clock::Steady since = Clock::system().steady();
  InferenceTimes* times = nullptr;  ///< What the inferences take is added to it; null: nobody asks.
};

}  // namespace kinesight::vision
