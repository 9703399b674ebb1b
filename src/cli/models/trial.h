// Whether a model file can be used: it is read, compiled and run, before a camera depends on it.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/result.h"

namespace kinesight::cli {

/// What a file does not say itself, as a detector's `params` would.
struct TrialOptions {
  std::string head = "auto";       ///< Or the name of a head.
  std::vector<std::string> names;  ///< Of the classes; empty for what the file says.
};

/// What a model showed of itself.
struct Trial {
  std::string head;
  std::vector<std::string> classes;  ///< Their names, by index.
  int width = 0;                     ///< Of its input, pixels.
  int height = 0;
  double ms = 0;       ///< An inference on one of the processors: the median of several, milliseconds.
  int processors = 0;  ///< How many inferences run side by side on this machine.
  std::vector<std::string> notes;  ///< What a person should know, e.g. that names were assumed.
};

/// Loads the model that `path` means (vision/model_file.h) and runs it on a grey picture of its input's size:
/// once with every box looked at, then timed, for two seconds at most. Errors: not_found, invalid (another
/// head, other classes, no model for pictures), corrupt (damaged, or it fails while it runs), unavailable
/// (one inference takes longer than half a minute).
Result<Trial> try_model(const std::filesystem::path& path, const TrialOptions& options);

}  // namespace kinesight::cli
