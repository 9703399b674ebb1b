// The card of a registered model: what is known of it, in a JSON file beside it.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "cli/models/trial.h"

namespace kinesight::cli {

/// A file of a model as it was registered.
struct CardFile {
  std::string name;  ///< Relative to the models folder: "weapons.onnx", "weapons/best.bin".
  std::uint64_t bytes = 0;
  std::string sha256;  ///< Hex, lower case.
};

/// What is known of a registered model.
struct ModelCard {
  std::string name;
  std::string model;            ///< The file that `model_path` names, relative to the models folder.
  std::vector<CardFile> files;  ///< All that belong to it, that one first.
  TrialOptions given;           ///< What its file did not say and whoever registered it did.
  Trial trial;                  ///< When it was registered; without its notes.
  std::int64_t added_ms = 0;    ///< When: Unix milliseconds.
  std::string from;             ///< The name of the file it came from.

  /// The bytes of all its files.
  std::uint64_t bytes() const;
};

/// The card as JSON, for people as well: indented, with a line end.
std::string to_json(const ModelCard& card);

/// Reads what to_json() wrote. Errors: invalid (JSON of something else), corrupt (no JSON, or a field that is
/// not what it should be, named).
Result<ModelCard> parse_card(std::string_view text);

/// The lines of a detector's `params` that use the model of `card` in `folder`:
/// "model_path: models/weapons.onnx".
std::string config_lines(const ModelCard& card, const std::filesystem::path& folder);

}  // namespace kinesight::cli
