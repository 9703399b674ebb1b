// How busy the machine is.
#pragma once

#include <cstdint>
#include <mutex>
#include <optional>
#include <string_view>

#include "base/clock.h"

namespace kinesight::infer {

/// The load of the machine, to be asked at any time.
class LoadMeter {
 public:
  virtual ~LoadMeter() = default;
  /// The share of all processors that was busy over the last seconds: 0 to 1.
  virtual double share() = 0;
};

/// Time that the machine's processors spent since its start, in ticks.
struct ProcessorTimes {
  std::uint64_t busy = 0;
  std::uint64_t total = 0;
};

/// Reads the first line of /proc/stat: "cpu  user nice system idle iowait irq softirq steal …" (man 5 proc).
/// Waiting for a disk is not being busy. Nothing when it is not such a line.
std::optional<ProcessorTimes> parse_processor_times(std::string_view text);

/// Reads /proc/stat, at most every two seconds. 1 until it has seen two seconds; 0 where there is no such
/// file.
class SystemLoad final : public LoadMeter {
 public:
  explicit SystemLoad(Clock& clock) : clock_(clock) {}
  double share() override;

 private:
  Clock& clock_;
  std::mutex mutex_;
  std::optional<ProcessorTimes> seen_;
  Clock::Steady seen_at_{};
  double share_ = 1;
};

}  // namespace kinesight::infer
