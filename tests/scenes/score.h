// What detectors with their judges make of a video whose truth is known: events found, raised twice, missed
// and made up.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "sim/scene.h"
#include "vision/detector.h"
#include "vision/engine.h"
#include "vision/rules/judge.h"

namespace kinesight::scenes {

/// A detector of the demo model with its judge.
struct Watcher {
  std::string type;  ///< "weapon", "fire_smoke" or "plate" (that is: object, plates alone).
  std::unique_ptr<vision::Detector> detector;
  vision::Judge judge;
  std::vector<std::string> labels;  ///< Of the truth that it is to find.
};

/// All three, as their options' defaults have them but for confirmation_score, which was set for the demo
/// model by what it scores in scenes that are not held out (weapons as in config/demo.yaml); throws when the
/// model cannot be used. A `region` is one of the picture's, from its upper left corner.
std::vector<Watcher> watchers(vision::Engine& engine, const std::optional<sim::BorderRegion>& region = {});

/// What became of true objects and of events.
struct Score {
  int objects = 0;      ///< True objects that were to be found.
  int found = 0;        ///< Of them, those that raised an event.
  int events = 0;       ///< Of whatever.
  int twice = 0;        ///< Events of an object that had raised one.
  int made_up = 0;      ///< Events of nothing.
  int mislabelled = 0;  ///< Events of an object that has another label.
  /// Boxes that were held back though their score would do, by the verdict on them.
  std::map<std::string, int> held_back;
  std::vector<std::string> remarks;  ///< A line about each that went wrong.

  Score& operator+=(const Score& other);
};

/// By detector type.
using Scores = std::map<std::string, Score>;

/// Watches `seconds` of a scene at five frames a second.
Scores watch_scene(const sim::SceneOptions& options, double seconds, std::vector<Watcher> watchers);
/// Watches a video in which nothing is to be found: frames are given one by one.
Scores watch_frames(const std::function<std::optional<Frame>()>& next, std::vector<Watcher> watchers);

}  // namespace kinesight::scenes
