// What a victim produces, so that the test knows it as well: event n of a run, told by seed and number alone.
#pragma once

#include <cstdint>
#include <string>

#include "base/rng.h"
#include "event/envelope.h"

namespace kinesight::conservation {

inline constexpr int kCameras = 5;
inline constexpr std::int64_t kBegin = 1'769'860'800'000;  // 2026-01-31T12:00Z
inline constexpr const char* kPoison = "POISON";
inline constexpr const char* kStream = "detection-events";
inline constexpr const char* kBucket = "detection-snapshots";
inline constexpr const char* kTable = "events-table";

/// How a run of the test is set up; the victim gets the seed.
struct RunSetup {
  explicit RunSetup(std::uint64_t seed) : strict_order(seed % 2 == 0), aggregate(seed % 5 == 0) {}
  bool strict_order;
  bool aggregate;
};

/// Event `number` of the run: each is of a second of its own, one in fifty is poison to every sink.
inline event::Envelope event_of(std::uint64_t seed, std::int64_t number) {
  Rng rng(seed * 1'000'003 + static_cast<std::uint64_t>(number));
  event::Payload payload;
  payload.ts_ms = kBegin + 1000 * number;
  payload.type = "object";
  payload.label = "person";
  payload.conf = rng.uniform(0.4, 1);
  payload.bbox = {rng.integer(0, 20), rng.integer(0, 20), 20, 20};
  payload.extras = {{"number", number}, {"note", rng.chance(0.02) ? kPoison : "plain"}};
  return event::make_envelope("camera-" + std::to_string(rng.integer(1, kCameras)), payload);
}

}  // namespace kinesight::conservation
