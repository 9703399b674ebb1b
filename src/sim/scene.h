// The one renderer of synthetic scenes: for the demo, for training and for tests with known truth.
#pragma once

#include <cstdint>
#include <memory>
#include <opencv2/core/mat.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "sim/truth.h"

namespace kinesight::sim {

struct Stage;

/// Which scene is rendered.
enum class SceneKind {
  hallway,   ///< The demo's corridor; loops every 30 s.
  parking,   ///< The demo's car park; loops every 30 s.
  random,    ///< Another scene for every seed.
  events,    ///< Another 30 s for every seed, in which people and cars come and go, and something may burn.
  blinking,  ///< Another scene for every seed; each thing is there for a fifth of every second.
  border,    ///< Another scene for every seed: a plate that is half out of kBorderRegion.
  lights,    ///< Another scene for every seed, by night or in low sun: lights, and nothing that has a label.
};

/// A region of the picture, shares of its width and height: all that is left of and above these.
struct BorderRegion {
  double right, bottom;
};
/// The region that the plates of the scene `border` are half out of: their middle, or their lower edge, is
/// outside.
inline constexpr BorderRegion kBorderRegion{0.5, 0.85};

/// The kind called `name`; error: invalid, naming the kinds there are.
Result<SceneKind> scene_kind(std::string_view name);
/// The names of all kinds, for help texts: "hallway, parking, ...".
std::string scene_kind_names();

/// What is rendered. A frame is a function of these and its index alone: the same in every run.
struct SceneOptions {
  SceneKind kind = SceneKind::random;
  std::uint64_t seed = 1;  ///< Decides what a random scene shows; the named scenes vary in their noise only.
  int width = 1280;        ///< Pixels, 64 to 4096.
  int height = 720;        ///< Pixels, 64 to 4096.
  double fps = 15;         ///< Frames per second of scene time, above 0 and at most 240.
  bool labelled = true;    ///< false: a negative set, nothing that has a label appears.
};

/// One rendered frame: the picture (BGR, 8 bits) and what can be seen on it.
struct Picture {
  cv::Mat bgr;
  std::vector<TruthBox> boxes;
};

/// A scene that can be asked for any of its frames, in any order. Safe to share between threads.
class Scene {
 public:
  /// Error: invalid, when an option is out of range.
  static Result<Scene> create(const SceneOptions& options);
  Scene(Scene&&) noexcept;
  Scene& operator=(Scene&&) noexcept;
  ~Scene();

  /// Frame `index`, counted from 0; it shows the scene at index / fps seconds.
  Picture render(std::int64_t index) const;
  const SceneOptions& options() const { return options_; }

 private:
  Scene(const SceneOptions& options, std::unique_ptr<const Stage> stage);

  SceneOptions options_;
  std::unique_ptr<const Stage> stage_;
};

}  // namespace kinesight::sim
