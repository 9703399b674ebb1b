// Archive: a sink that can be read back. `kinesight events` and the dashboard read through it.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "event/envelope.h"
#include "event/query.h"

namespace kinesight::publish {

/// What was published, to be read while it is written. Safe for any number of threads.
class Archive {
 public:
  virtual ~Archive() = default;

  /// The events that `query` asks for. Errors: not_found (there is no store yet), corrupt, unavailable.
  virtual Result<std::vector<event::Envelope>> events(const event::Query& query) const = 0;

  /// The JPEG of a snapshot key. Errors: not_found; invalid (no key that a publisher would make).
  virtual Result<std::vector<std::uint8_t>> snapshot(const std::string& key) const = 0;
};

}  // namespace kinesight::publish
