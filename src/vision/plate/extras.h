// What an event says of a plate besides its text.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "vision/plate/reading.h"

namespace kinesight::vision::plate {

/// {"text", "score", "candidates": [{"text", "score"}], "country", "list", "listed", "corners": [[x, y], …]}:
/// scores with four decimals, corners in pixels of the source frame with one. Country, list and listed are
/// left out where they are empty, corners where they are not known.
nlohmann::json extras_of(const Reading& reading);

}  // namespace kinesight::vision::plate
