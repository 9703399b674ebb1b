// Rendered pictures with their labels in YOLO's text format, for training and for scoring.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>

#include "base/result.h"

namespace kinesight::sim {

/// What is written.
struct DatasetOptions {
  std::filesystem::path
      out;                 ///< Folder; made if it is not there. Gets images/, labels/ and, last, classes.txt.
  std::uint64_t seed = 1;  ///< Picture k has a seed of its own, drawn from this one and k.
  int count = 100;         ///< Pictures, 1 to 1,000,000.
  int width = 640;
  int height = 640;
  bool labelled = true;   ///< false: a negative set; every label file is empty.
  int jpeg_quality = 95;  ///< 1 to 100; 0 writes PNG.
};

/// Called after each picture with how many are done.
using Progress = std::function<void(int done, int count)>;

/// Renders `options.count` random scenes, one picture each. Line of a label file: class cx cy w h, as shares
/// of the picture. Errors: invalid (an option), unavailable (a file cannot be written).
Result<> write_dataset(const DatasetOptions& options, const Progress& progress = {});

}  // namespace kinesight::sim
