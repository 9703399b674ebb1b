// What a reader of stored events asks for. Pure: no I/O.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "event/envelope.h"

namespace kinesight::event {

/// In which order events are handed out, by capture time.
enum class Order { newest_first, oldest_first };

/// Which events are wanted. What is empty matches everything.
struct Query {
  std::string event_id{};
  std::string camera_id{};
  std::string type{};
  std::string label{};
  /// Stands somewhere in the camera's id, the type, the label, or a text of the extras; A to Z are a to z.
  std::string text{};
  std::optional<std::int64_t> since_ms{};  ///< Unix milliseconds; included.
  std::optional<std::int64_t> until_ms{};  ///< Unix milliseconds; not included.
  std::size_t limit = 100;                 ///< At most so many; 0 for no limit.
  Order order = Order::newest_first;
};

/// Whether `query` asks for this event, but for its limit.
bool matches(const Query& query, const Envelope& envelope);

}  // namespace kinesight::event
