// The detector pipeline of one camera: gate -> detectors -> judges.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/frame.h"
#include "base/result.h"
#include "config/detector_options.h"
#include "vision/detector.h"
#include "vision/gate/motion_gate.h"
#include "vision/rules/judge.h"

namespace kinesight::infer {

/// One detector of a camera with the judge of what it finds.
struct PipelineStage {
  std::string type;  ///< As the configuration names it: "weapon".
  config::DetectorPriority priority = config::DetectorPriority::normal;
  std::unique_ptr<vision::Detector> detector;
  vision::Judge judge;
};

/// A sighting, and the stage it comes from (its place in the pipeline).
struct StageSighting {
  std::size_t stage = 0;
  vision::Sighting sighting;
};

/// A ruling, the stage it comes from (its place in the pipeline), and the type of its detector.
struct StageRuling {
  std::size_t stage = 0;
  std::string type;
  vision::Ruling ruling;
};

/// What the pipeline makes of a frame.
struct Findings {
  std::vector<vision::Detection> visible;  ///< What counts in it, and is drawn.
  std::vector<StageSighting> sightings;    ///< What is worth an event.
  std::vector<StageRuling> rulings;        ///< What became of each detection.
  bool still = false;  ///< Nothing moved: the detectors were spared it, and their last findings hold.
  vision::InferenceTimes times;
};

/// What a camera's frames go through, in order of capture. Used by one thread.
class DetectorPipeline {
 public:
  explicit DetectorPipeline(std::vector<PipelineStage> stages,
                            std::optional<vision::MotionGateOptions> gate = std::nullopt);

  /// What `frame` shows. `without_low_priority` spares the detectors of low priority. When a detector fails
  /// no judge has seen the frame. Errors: as Detector::detect().
  Result<Findings> look(const Frame& frame, const vision::Turn& turn, bool without_low_priority = false);

  /// For a still picture: what became of each detection by score, size, regions and texts alone.
  Result<std::vector<StageRuling>> glance(const Frame& frame, const vision::Turn& turn);

  /// The next frame is of another time or place: nothing of what was followed goes on.
  void forget();

 private:
  struct Stage {
    PipelineStage parts;
    /// What it found in the last frame that the gate let through; nothing when it was spared that one.
    std::optional<std::vector<vision::Detection>> found;
    std::size_t visible = 0;  ///< How much of that counted, and
    bool settled = false;     ///< whether looking again could change nothing but by chance.
  };

  bool still(const Frame& frame, bool without_low_priority);
  static void settle(Stage& stage, const vision::Judgement& judgement);
  static void judge(Stage& stage, std::size_t index, const Frame& frame, Findings& findings);

  std::vector<Stage> stages_;
  std::optional<vision::MotionGate> gate_;
};

}  // namespace kinesight::infer
