// A compiled model, and one inference with it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"

namespace ov {
class Core;
}

namespace kinesight::vision {

/// In what numbers a model computes.
enum class Precision {
  automatic,  ///< The fastest that the processor has: bfloat16 where it multiplies matrices of it, otherwise
              ///< f32.
  f32,        ///< 32 bits everywhere: the same results on every machine, up to rounding.
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
  /// Runs the model on input(). Errors: cancelled (`stop` came), unavailable (over the time limit), corrupt
  /// (it failed).
  Result<> run(std::stop_token stop);
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
  /// [1, 3, height, width] or [1, height, width, 3]; where it leaves its size open, it gets the size in its
  /// metadata (`imgsz`) or 640 x 640. Errors: corrupt (unreadable), invalid (not a model for pictures).
  static Result<std::shared_ptr<Model>> compile(ov::Core& core, const std::filesystem::path& file,
                                                Precision precision, Patience patience);
  ~Model();

  const ModelInfo& info() const;
  /// How many inferences run at once; the others wait for their turn.
  std::size_t concurrency() const;
  /// One inference, when it is our turn. Errors: unavailable (not within the patience), cancelled (`stop`
  /// came).
  Result<Inference> begin(std::stop_token stop) const;

 private:
  friend class Inference;
  struct Impl;
  explicit Model(std::shared_ptr<Impl> impl);
  std::shared_ptr<Impl> impl_;
};

}  // namespace kinesight::vision
