// A compiled model, and one inference with it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "vision/turn.h"

namespace ov {
class Core;
}

namespace kinesight::vision {

class Turnstile;

/// In what numbers a model computes.
enum class Precision {
  automatic,  ///< The fastest that the processor has: bfloat16 where it multiplies matrices of it, otherwise
              ///< f32.
  f32,        ///< 32 bits everywhere: the same results on every machine, up to rounding.
};

/// The size of a model's input, pixels.
struct InputSize {
  int width = 0;
  int height = 0;

  auto operator<=>(const InputSize&) const = default;
};

/// A dimension that the file leaves open.
inline constexpr std::int64_t kOpenSize = -1;

/// Name and shape of an output, as the model declares it; open dimensions are kOpenSize.
struct TensorInfo {
  std::string name;
  std::vector<std::int64_t> shape;
};

/// "[1, 84, 8400]"; an open dimension is "?".
std::string to_string(std::span<const std::int64_t> shape);

/// What a model says of itself.
struct ModelInfo {
  std::filesystem::path file;
  int width = 0;  ///< Of the input picture, pixels.
  int height = 0;
  std::vector<TensorInfo> outputs;
  std::map<std::string, std::string> metadata;  ///< What the exporter wrote into the file or beside it.
};

/// An output of an inference: numbers in row-major order. They live as long as the Inference they come from.
struct Tensor {
  std::vector<std::size_t> shape;
  std::span<const float> data;
};

/// One use of a model, lent from its pool: fill input(), run(), read output(). Gives itself back when
/// destroyed.
class Inference {
 public:
  Inference(Inference&&) noexcept;
  Inference& operator=(Inference&&) noexcept;
  ~Inference();

  /// The picture to fill: 3 planes of height rows of width numbers. What is in it is left from the last use.
  std::span<float> input();
  /// Runs the model on input(). Errors: cancelled (the turn's stop came), unavailable (over the time limit),
  /// corrupt (it failed).
  Result<> run();
  /// What the last run() that succeeded left in the output `index` (in the order of ModelInfo::outputs).
  Tensor output(std::size_t index) const;

 private:
  friend class Model;
  struct Impl;
  explicit Inference(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

/// How long the users of a model wait.
struct Patience {
  Clock::Duration for_turn = std::chrono::seconds(1);     ///< For one of the inferences that may run at once.
  Clock::Duration for_result = std::chrono::seconds(30);  ///< For an inference that has begun.
};

/// A model compiled for this machine. Safe for any number of threads.
class Model {
 public:
  /// Reads `file` (.onnx or .xml) and compiles it for the processor. The model must take one picture,
  /// [1, 3, height, width] or [1, height, width, 3]; where it leaves its size open, it gets `size`, or else
  /// the size in its metadata (`imgsz`), or else 640 x 640. `turns` is the engine's line.
  /// Errors: corrupt (unreadable), invalid (not a model for pictures, or not one for that size).
  static Result<std::shared_ptr<Model>> compile(ov::Core& core, const std::filesystem::path& file,
                                                Precision precision, std::optional<InputSize> size,
                                                Patience patience, std::shared_ptr<Turnstile> turns);
  ~Model();

  const ModelInfo& info() const;
  /// One inference, when it is its turn among all that the engine is asked for. A thread holds one at a time.
  /// Errors: unavailable (not within the patience), cancelled (the turn's stop came).
  Result<Inference> begin(const Turn& turn) const;

 private:
  friend class Inference;
  struct Impl;
  explicit Model(std::shared_ptr<Impl> impl);
  std::shared_ptr<Impl> impl_;
};

}  // namespace kinesight::vision
