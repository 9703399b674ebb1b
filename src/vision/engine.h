// The engine: models by file, each compiled once and shared by every camera that uses it.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "vision/model.h"

namespace kinesight::vision {

/// What an Engine is told at its start.
struct EngineOptions {
  Patience patience;
  /// Takes a sentence that a person should read about a model, e.g. that names were assumed. Called by any
  /// thread.
  std::function<void(std::string_view)> note = [](std::string_view) {};
};

/// Loads models. Safe for any number of threads; make one for the process.
class Engine {
 public:
  explicit Engine(EngineOptions options = {});
  ~Engine();

  /// The model at `path`, in any of the forms that find_model() knows: compiled now, or the one in use
  /// already when the file is the same (path, size and time of change) and so is `precision`. It is freed
  /// with its last user. Loading is one at a time. Errors: not_found, invalid, corrupt.
  Result<std::shared_ptr<Model>> load(const std::filesystem::path& path, Precision precision);

  /// Compiled models that somebody uses.
  std::size_t models_in_use() const;

  /// Passes a sentence on to EngineOptions::note.
  void note(std::string_view sentence) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace kinesight::vision
