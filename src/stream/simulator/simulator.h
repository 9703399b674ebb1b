// The simulated feed as a source of records.
#pragma once

#include <array>
#include <cstdint>

#include "base/clock.h"
#include "stream/simulator/feed.h"
#include "stream/sources/source.h"

namespace kinesight::stream {

/// How many records of each kind were made.
struct MadeCounts {
  std::array<std::uint64_t, 5> of{};
  std::uint64_t operator[](Made made) const { return of[static_cast<std::size_t>(made)]; }
};

/// Gives the records of an AirQualityFeed, each at its time or as fast as they are taken. One that is asked
/// for late comes at once, with the time it should have come at. `clock` outlives it.
class Simulator final : public RecordSource {
 public:
  Simulator(const SimulatorOptions& options, Clock& clock);

  Result<std::optional<std::string>> next(std::stop_token stop) override;
  /// "simulated record 12".
  std::string where() const override;
  const MadeCounts& made() const { return made_; }

 private:
  Simulator(const SimulatorOptions& options, Clock& clock, std::int64_t start_ms);

  Clock& clock_;
  const SimulatorPace pace_;
  const std::int64_t start_us_;
  const Clock::Steady begin_;
  AirQualityFeed feed_;
  MadeCounts made_;
  std::uint64_t given_ = 0;
};

}  // namespace kinesight::stream
