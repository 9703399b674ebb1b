// Pipelines around detectors of the test's own.
#pragma once

#include <memory>
#include <utility>

#include "infer/pipeline.h"
#include "support/fake_camera.h"

namespace kinesight::infer {

/// A pipeline of one detector that gives what `find` gives. Without rules each second in which something is
/// seen has its event.
inline DetectorPipeline pipeline_of(support::FakeDetector::Find find,
                                    vision::JudgeOptions rules = {.rules = {.cooldown_seconds = 0}}) {
  std::vector<PipelineStage> stages;
  stages.push_back({"object", config::DetectorPriority::normal,
                    std::make_unique<support::FakeDetector>(std::move(find)),
                    vision::Judge(std::move(rules))});
  return DetectorPipeline(std::move(stages));
}

}  // namespace kinesight::infer
