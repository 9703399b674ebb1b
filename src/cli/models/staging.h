// Puts a model into the models folder: all of it, or nothing.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/result.h"

namespace kinesight::cli {

/// One model on its way into `shelf`. Its files wait in a folder beside their places, and are moved there by
/// commit(); without it they are gone with the Staging.
class Staging {
 public:
  Staging(std::filesystem::path shelf, std::string name);
  ~Staging();
  Staging(const Staging&) = delete;
  Staging& operator=(const Staging&) = delete;

  /// Copies `files`, the model's own first; where they will be, relative to the shelf: a single one as
  /// NAME.onnx, several in the folder NAME under their own names. Files that are in their places already stay
  /// there. Errors: invalid (the name is taken, and not to be replaced), denied, unavailable (the disk).
  Result<std::vector<std::filesystem::path>> take(const std::vector<std::filesystem::path>& files,
                                                  bool replace);

  /// Whether take() copied them.
  bool copied() const { return copied_; }
  /// Where the files are now: what take() said is relative to it.
  const std::filesystem::path& folder() const { return copied_ ? waiting_ : shelf_; }

  /// Moves the files to their places and then `card` to NAME.json. Errors: denied, unavailable.
  Result<> commit(const std::string& card);

 private:
  Result<> check_free(bool replace) const;
  Result<> move_files();

  const std::filesystem::path shelf_;
  const std::string name_;
  const std::filesystem::path waiting_;
  std::vector<std::filesystem::path> places_;  ///< Of its files; relative to the shelf.
  bool copied_ = false;
};

}  // namespace kinesight::cli
