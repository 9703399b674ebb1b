// What the subcommands of `kinesight models` share: their options, and how they speak of a model.
#pragma once

#include <string>
#include <vector>

#include "cli/models/trial.h"
#include "config/table.h"

namespace kinesight::cli {

/// What the three take, each of them a part.
struct ModelsOptions {
  std::string directory = "models";
  std::string file;
  std::vector<std::string> models;
  std::string name;
  std::string head = "auto";
  std::string names;
  bool force = false;
  bool json = false;
};

/// The table of one of them, as it grows.
using ModelsTable = config::Describe<ModelsOptions>;

/// Adds the option `directory`.
ModelsTable& with_directory(ModelsTable& table);
/// Adds `head` and `names`: what a file may not say itself.
ModelsTable& with_hints(ModelsTable& table);

/// What `head` and `names` say. Error: invalid (no such head).
Result<TrialOptions> trial_options(const ModelsOptions& options);

/// "yolov8, 5 classes (knife, gun, ...), 320 x 320 pixels, 4.2 ms on one of 2 processors".
std::string summary(const Trial& trial);

/// Each line two blanks further in.
std::string indented(const std::string& lines);

}  // namespace kinesight::cli
