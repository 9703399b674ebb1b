// simulator: {…}: the options of the simulated air-quality feed.
#pragma once

#include <optional>
#include <string>

#include "config/table.h"

namespace kinesight::stream {

/// What the rates and shares are, where nothing else is said.
enum class SimulatorMode {
  development,  ///< 10 records a second from 5 cities; many are not as they should be.
  production,   ///< 500 records a second from 40 cities.
  burst,        ///< The same, and ten times as many in the last 10 s of each minute.
};

/// When a record is given.
enum class SimulatorPace {
  realtime,  ///< At its time, as the mode's rate has it.
  max,       ///< At once: for files and measurements.
};

/// What `simulator` says. What has no value is the mode's.
struct SimulatorOptions {
  SimulatorMode mode = SimulatorMode::development;
  long seed = 1;
  SimulatorPace pace = SimulatorPace::realtime;
  std::string start{};  ///< As event::parse_moment() reads it; empty: now.
  std::optional<double> rate{};
  std::optional<int> cities{};
  std::optional<double> duplicates{}, late{}, broken{};  ///< Shares of all records.
  int max_late_seconds = 600;
  static const config::Table& table();
};

/// What the feed is made by: every option has its value.
struct FeedShape {
  double rate = 10;          ///< Records a second, outside bursts.
  double burst_factor = 1;   ///< How many times that in a burst.
  double burst_seconds = 0;  ///< How long one lasts, at the end of each burst_period_seconds.
  double burst_period_seconds = 60;
  int cities = 5;
  double duplicates = 0.05, late = 0.05, broken = 0.02;
  int max_late_seconds = 600;
};

/// The shape that `options` ask for.
FeedShape shape_of(const SimulatorOptions& options);

}  // namespace kinesight::stream
