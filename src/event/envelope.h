// The detection envelope of the publishers: its fields, its id, and its JSON form. Pure: no I/O.
#pragma once

#include <array>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "base/result.h"

namespace kinesight::event {

/// Who made the event, as every envelope says.
inline constexpr std::string_view kProducer = "kvs-infer/1.0";

/// What was seen.
struct Payload {
  std::int64_t ts_ms = 0;     ///< Capture time of the frame: Unix milliseconds.
  std::string type;           ///< "weapon", "fire", "smoke", "alpr", "object".
  std::string label;          ///< The class, or the plate's text.
  double conf = 0;            ///< Confidence of the most confident object, 0 to 1.
  std::array<int, 4> bbox{};  ///< x, y, w, h of that object, in pixels of the source frame.
  /// More about it: `objects` (further objects of this label: conf and bbox each), `snapshot` (the picture's
  /// key), …
  nlohmann::json extras = nlohmann::json::object();

  bool operator==(const Payload&) const = default;
};

/// One event: one (camera, type, label, second).
struct Envelope {
  std::string event_id;
  std::string camera_id;
  std::string producer{kProducer};
  Payload payload;

  bool operator==(const Envelope&) const = default;
};

/// The second that an event belongs to: floor(ts_ms / 1000).
std::int64_t ts_bucket(std::int64_t ts_ms);

/// A confidence as envelopes carry it: four decimals, which is all that 32-bit scores say.
double printable(double conf);

/// SHA-1 in lower-case hex of "camera_id:type:label:ts_bucket".
std::string event_id(std::string_view camera_id, std::string_view type, std::string_view label,
                     std::int64_t ts_ms);

/// An envelope with its id and producer filled in.
Envelope make_envelope(std::string camera_id, Payload payload);

/// The envelope as JSON: event_id, camera_id, producer, payload {ts_ms, type, label, conf, bbox, extras}, in
/// this order.
std::string to_json(const Envelope& envelope);

/// Reads what to_json() wrote, of at most 1 MiB and 32 levels. Error: corrupt, naming the field.
Result<Envelope> parse_envelope(std::string_view json);

}  // namespace kinesight::event
