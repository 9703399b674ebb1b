// The archive of `kinesight events --from ddb`.
#pragma once

#include <stop_token>
#include <string>
#include <utility>
#include <vector>

#include "publish/archive.h"
#include "publish/ddb/event_table.h"

namespace kinesight::publish {

/// Reads events from a table. DynamoDB finds them by camera: a query that names none is put for each of
/// `camera_ids`, and the answers are merged.
class DdbArchive final : public Archive {
 public:
  /// `clock` says what has expired; `stop` ends the reading.
  DdbArchive(EventTable table, std::vector<std::string> camera_ids, Clock& clock, std::stop_token stop = {})
      : table_(std::move(table)),
        camera_ids_(std::move(camera_ids)),
        clock_(&clock),
        stop_(std::move(stop)) {}

  /// Errors: invalid (no camera is named and none is known); those of EventTable::query().
  Result<std::vector<event::Envelope>> events(const event::Query& query) const override;
  /// not_found: DynamoDB keeps no pictures.
  Result<std::vector<std::uint8_t>> snapshot(const std::string& key) const override;

 private:
  const EventTable table_;
  const std::vector<std::string> camera_ids_;
  Clock* const clock_;
  const std::stop_token stop_;
};

}  // namespace kinesight::publish
