// The engine: models by file, each compiled once and shared by every camera that uses it.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
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

/// Loads models, and says whose inference is next. Safe for any number of threads; make one for the process.
class Engine {
 public:
  explicit Engine(EngineOptions options = {});
  ~Engine();

  /// The model at `path`, in any of the forms that find_model() knows: compiled now, or the one in use
  /// already when the file is the same (path, size and time of change) and so are `precision` and `size`
  /// (of its input, where the file leaves that open). It is freed with its last user. Loading is one at a
  /// time. Errors: not_found, invalid, corrupt, cancelled (after close()).
  Result<std::shared_ptr<Model>> load(const std::filesystem::path& path, Precision precision,
                                      std::optional<InputSize> size = std::nullopt);

  /// The end is near: who waits for a model gets it no more. Those in use go on. Nothing interrupts a
  /// compilation, but no further one begins.
  void close();

  /// Compiled models that somebody uses.
  std::size_t models_in_use() const;

  /// How many inferences run at once, of all models together; the others wait, the oldest frame's first.
  std::size_t concurrency() const;
  /// How many wait for their turn now.
  std::size_t waiting() const;

  /// Passes a sentence on to EngineOptions::note.
  void note(std::string_view sentence) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace kinesight::vision
