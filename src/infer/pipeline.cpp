#include "infer/pipeline.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace kinesight::infer {
namespace {

bool spared(const PipelineStage& stage, bool without_low_priority) {
  return without_low_priority && stage.priority == config::DetectorPriority::low;
}

}  // namespace

DetectorPipeline::DetectorPipeline(std::vector<PipelineStage> stages,
                                   std::optional<vision::MotionGateOptions> gate) {
  for (auto& stage : stages) stages_.push_back({std::move(stage), std::nullopt});
  if (gate) gate_.emplace(*gate);
}

/// Whether the frame shows what the last one did that every detector saw which is to see this one, and to say
/// it again would tell nobody more.
bool DetectorPipeline::still(const Frame& frame, bool without_low_priority) {
  if (!gate_) return false;
  const bool moved = gate_->open(frame);
  return !moved && std::ranges::all_of(stages_, [&](const Stage& stage) {
    return (stage.found && stage.settled) || spared(stage.parts, without_low_priority);
  });
}

/// What was found by chance in one frame must not be confirmed by saying it again, nor what was missed by
/// chance be taken for gone: as long as something waits for its confirmation, and where there was more
/// before, detectors look again.
void DetectorPipeline::settle(Stage& stage, const vision::Judgement& judgement) {
  const bool unconfirmed = std::ranges::any_of(judgement.rulings, [](const vision::Ruling& ruling) {
    return ruling.verdict == vision::Verdict::unconfirmed || ruling.verdict == vision::Verdict::unconvincing;
  });
  const auto before = std::exchange(stage.visible, judgement.visible.size());
  stage.settled = !unconfirmed && stage.visible >= before;
}

Result<Findings> DetectorPipeline::look(const Frame& frame, const vision::Turn& turn,
                                        bool without_low_priority) {
  Findings findings;
  findings.still = still(frame, without_low_priority);
  if (!findings.still) {
    vision::Turn timed = turn;
    timed.times = &findings.times;
    for (auto& stage : stages_) stage.found.reset();
    for (auto& stage : stages_) {
      if (spared(stage.parts, without_low_priority)) continue;
      auto found = stage.parts.detector->detect(frame, timed);
      if (!found) return std::unexpected(found.error());
      stage.found = std::move(*found);
    }
  }
  for (std::size_t i = 0; i < stages_.size(); ++i) judge(stages_[i], i, frame, findings);
  return findings;
}

void DetectorPipeline::judge(Stage& stage, std::size_t index, const Frame& frame, Findings& findings) {
  if (!stage.found) return;
  auto judgement = stage.parts.judge.judge(frame, *stage.found);
  settle(stage, judgement);
  std::ranges::move(judgement.visible, std::back_inserter(findings.visible));
  for (auto& sighting : judgement.sightings) findings.sightings.push_back({index, std::move(sighting)});
  for (auto& ruling : judgement.rulings)
    findings.rulings.push_back({index, stage.parts.type, std::move(ruling)});
}

Result<std::vector<StageRuling>> DetectorPipeline::glance(const Frame& frame, const vision::Turn& turn) {
  std::vector<StageRuling> rulings;
  for (std::size_t i = 0; i < stages_.size(); ++i) {
    const auto& parts = stages_[i].parts;
    const auto found = parts.detector->detect(frame, turn);
    if (!found) return std::unexpected(found.error());
    for (auto& ruling : parts.judge.glance(frame, *found)) {
      rulings.push_back({i, parts.type, std::move(ruling)});
    }
  }
  return rulings;
}

void DetectorPipeline::forget() {
  for (auto& stage : stages_) {
    stage.found.reset();
    stage.parts.judge.forget();
  }
  if (gate_) gate_->reset();
}

}  // namespace kinesight::infer
