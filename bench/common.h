// What the jobs of bench_pipeline share.
#pragma once

#include <time.h>

#include <cstdio>
#include <cstdlib>
#include <string>
#include <utility>
#include <vector>

#include "config/cameras_file.h"
#include "video/source_kind.h"
#include "vision/detector_kind.h"

namespace kinesight::bench {

/// CPU seconds of the whole process so far.
inline double cpu_seconds() {
  timespec time{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) * 1e-9;
}

/// The value, or the end of the process with the reason.
template <class T>
T must(Result<T> result) {
  if (result) return std::move(*result);
  std::fprintf(stderr, "bench: %s\n", result.error().message.c_str());
  std::exit(1);
}

/// The kinds of components that are measured.
struct Components {
  std::vector<video::SourceKind> sources{video::file_source_kind()};
  std::vector<vision::DetectorKind> detectors{vision::object_detector_kind(), vision::weapon_detector_kind()};
};

/// `text` as a configuration file; ends the process when it is none.
inline config::CamerasFile configuration(const std::string& text, const Components& components) {
  config::Catalog catalog;
  for (const auto& kind : components.sources) catalog.sources.push_back({&kind.options});
  for (const auto& kind : components.detectors) catalog.detectors.push_back({&kind.options});
  auto file = config::parse_cameras_file(text, "bench", catalog, config::no_environment());
  if (file) return std::move(*file);
  for (const auto& problem : file.error()) std::fprintf(stderr, "bench: %s\n", to_string(problem).c_str());
  std::exit(1);
}

}  // namespace kinesight::bench
