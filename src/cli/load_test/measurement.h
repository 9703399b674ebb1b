// What a trial came to, and whether that is keeping up.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "cli/load_test/metrics_page.h"

namespace kinesight::cli::load_test {

/// One camera, while it was measured.
struct CameraFigures {
  double fps = 0;           ///< Frames processed a second of capture time.
  double processed = 0;     ///< Frames.
  double dropped = 0;       ///< Frames that were due and not processed.
  double delay_growth = 0;  ///< Seconds by which its newest frame was older at the end than at the beginning.
};

/// So many cameras for so long.
struct Measurement {
  int cameras = 0;
  double fps = 0;      ///< Asked for, of each.
  double seconds = 0;  ///< Measured; 0 when it did not come to that.
  bool interrupted = false;
  std::string trouble;  ///< Why the cameras did not all run; empty when they did.
  std::map<std::string, CameraFigures> by_camera;
  std::map<std::string, double> dropped;   ///< Frames by reason.
  std::optional<Quantiles> delay_seconds;  ///< Age of the newest processed frame, looked at once a second.
  std::optional<Quantiles> detector_ms, queue_wait_ms, model_ms;
  double restarts = 0;
  double events = 0;
  double cpu_cores = 0;        ///< Of the service, on average.
  double simulator_cores = 0;  ///< Of what plays the cameras, beside it.
  double busy_cores = 0;       ///< Of the machine, with everything that runs on it.
  double machine_cores = 0;    ///< That there are.
  double resident_bytes = 0;   ///< The most of the service.
};

/// A camera that gets less than this share of what it asked for does not keep up, nor one whose newest frame
/// grows older by more seconds than this.
inline constexpr double kLeastShare = 0.95;
inline constexpr double kMostGrowth = 2;

/// Why the cameras do not keep up; nothing when they do.
std::optional<std::string> falls_behind(const Measurement& measured);

/// What holds them back, as far as the figures tell.
std::string limit_of(const Measurement& measured);

}  // namespace kinesight::cli::load_test
