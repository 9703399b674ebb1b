#include "cli/load_test/measurement.h"

#include <fmt/format.h>

#include <algorithm>

namespace kinesight::cli::load_test {
namespace {

constexpr double kBusy =
    0.85;  ///< Of the cores: more is not to be had on a machine that does other things too.

std::optional<std::string> fault_of(const CameraFigures& camera, double asked) {
  if (camera.fps < kLeastShare * asked)
    return fmt::format("got {:.2f} of {:g} frames a second", camera.fps, asked);
  const double due = camera.processed + camera.dropped;
  if (camera.dropped > (1 - kLeastShare) * due)
    return fmt::format("lost {:.0f} of {:.0f} frames", camera.dropped, due);
  if (camera.delay_growth > kMostGrowth)
    return fmt::format("fell {:.1f} s further behind", camera.delay_growth);
  return std::nullopt;
}

}  // namespace

std::optional<std::string> falls_behind(const Measurement& measured) {
  if (!measured.trouble.empty()) return measured.trouble;
  if (measured.restarts > 0)
    return fmt::format("cameras failed and were started again {:.0f} times", measured.restarts);
  std::optional<std::string> first;
  int number = 0;
  for (const auto& [name, camera] : measured.by_camera) {
    const auto fault = fault_of(camera, measured.fps);
    if (!fault) continue;
    ++number;
    if (!first) first = fmt::format("{} {}", name, *fault);
  }
  if (!first) return std::nullopt;
  return number == 1 ? *first
                     : fmt::format("{} of {} cameras fall behind: {}", number, measured.cameras, *first);
}

std::string limit_of(const Measurement& measured) {
  const double busy = measured.busy_cores;
  const double others = std::max(busy - measured.cpu_cores - measured.simulator_cores, 0.0);
  if (busy >= kBusy * measured.machine_cores)
    return fmt::format(
        "CPU: {:.1f} of {:.0f} cores are busy: {:.1f} with the service, {:.1f} with playing the cameras, "
        "{:.1f} with other programs",
        busy, measured.machine_cores, measured.cpu_cores, measured.simulator_cores, others);
  if (measured.queue_wait_ms && measured.queue_wait_ms->p95 > 1000 / measured.fps)
    return fmt::format(
        "inference: frames wait {:.0f} ms for their turn (p95), longer than from one to the next",
        measured.queue_wait_ms->p95);
  const auto most =
      std::ranges::max_element(measured.dropped, {}, [](const auto& pair) { return pair.second; });
  if (most != measured.dropped.end() && most->second > 0)
    return fmt::format("frames dropped as {}, with {:.1f} of {:.0f} cores busy", most->first, busy,
                       measured.machine_cores);
  return fmt::format("not CPU ({:.1f} of {:.0f} cores busy), nor the line for the engine", busy,
                     measured.machine_cores);
}

}  // namespace kinesight::cli::load_test
