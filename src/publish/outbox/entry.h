// What an outbox holds: one event or one picture on its way to the sinks.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace kinesight::publish {

/// The two logs of an outbox. Each has its own bound, so that pictures never push out events.
enum class Stream { events, snapshots };

/// "events", "snapshots".
std::string_view to_string(Stream stream);

/// An entry of a log.
struct Entry {
  std::uint64_t sequence = 0;    ///< Its place in its log: 1, 2, 3, …
  std::int64_t accepted_ms = 0;  ///< When the outbox took it: Unix milliseconds.
  std::string key{};             ///< Whose order is kept: the camera_id.
  std::string name{};            ///< Event: its event_id. Picture: its object key.
  std::string sink{};            ///< The only sink it is for; empty: all sinks of the log.
  std::string payload{};         ///< Event: the envelope's JSON. Picture: the JPEG.
};

}  // namespace kinesight::publish
