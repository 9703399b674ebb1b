// The models folder: model files and their cards. What is registered is whole: it was run, and its card says
// what it was.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "base/result.h"
#include "cli/models/card.h"
#include "cli/models/trial.h"

namespace kinesight::cli {

/// What is to be registered.
struct NewModel {
  std::filesystem::path path;  ///< In any form that vision::find_model() knows.
  std::string name;            ///< Empty: the file's.
  TrialOptions options;
  bool replace = false;  ///< A model of that name may be there.
};

/// A card of the folder, or why it cannot be read.
struct ShelfEntry {
  std::string name;
  Result<ModelCard> card;
};

/// What a check came to.
struct Checked {
  Trial trial;
  std::vector<std::string> differences;  ///< From its card; none of a model that is not registered.
};

/// A folder of registered models: `weapons.onnx` with `weapons.json` beside it; a model of several files in a
/// folder of its own, `weapons/`, with the names that it came with.
class ModelShelf {
 public:
  explicit ModelShelf(std::filesystem::path folder) : folder_(std::move(folder)) {}

  const std::filesystem::path& folder() const { return folder_; }

  /// Tries the model, copies it into the folder (which is made) and writes its card; a file that is there
  /// already gets its card alone. Until the card is in place nothing is registered, and a failure leaves the
  /// folder as it was. Errors: those of try_model(); invalid (a bad name, or one that is taken), denied,
  /// unavailable (the disk).
  Result<ModelCard> add(const NewModel& model, std::int64_t now_ms) const;

  /// The cards, in the order of their names; a folder that is not there has none. Error: denied.
  Result<std::vector<ShelfEntry>> list() const;

  /// The card of `name`. Errors: not_found, corrupt.
  Result<ModelCard> find(const std::string& name) const;

  /// Compares the files of `card` with what they were, and tries the model again. Errors: not_found, corrupt
  /// (a file is another), and those of try_model().
  Result<Checked> check(const ModelCard& card) const;

 private:
  std::filesystem::path folder_;
};

}  // namespace kinesight::cli
