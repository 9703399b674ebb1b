// The scenes there are, each a stage built from a size and a seed.
#pragma once

#include <opencv2/core.hpp>

#include "base/rng.h"
#include "sim/stage.h"

namespace kinesight::sim {

/// What the builder of a scene is told.
struct StageOptions {
  cv::Size size;
  bool labelled = true;  ///< false: nothing that has a label appears, everything else does.
};

/// The demo's corridor: a man with a knife, someone with an umbrella, someone with a pistol, and nobody
/// between them.
Stage hallway_stage(const StageOptions& options);
/// The demo's car park: two cars come and go, a bin burns and is put out.
Stage parking_stage(const StageOptions& options);

/// One of very many scenes for training: corridors, car parks, rooms, streets and plain clutter.
Stage random_stage(const StageOptions& options, Rng& rng);
/// A corridor in which somebody may carry a weapon, and something may burn.
Stage random_hallway_stage(const StageOptions& options, Rng& rng);
/// A car park with cars, people and fires.
Stage random_parking_stage(const StageOptions& options, Rng& rng);
/// Anything before any background, as no camera would see it.
Stage random_clutter_stage(const StageOptions& options, Rng& rng);

/// Half a minute in which people and cars come and go, one after the other, and something may burn.
Stage events_stage(const StageOptions& options, Rng& rng);
/// Things that are there for a fifth of every second.
Stage blinking_stage(const StageOptions& options, Rng& rng);
/// A car whose plate lies half out of kBorderRegion.
Stage border_stage(const StageOptions& options, Rng& rng);
/// Lamps, beacons, headlights and the sun; never anything that has a label.
Stage lights_stage(const StageOptions& options, Rng& rng);

}  // namespace kinesight::sim
