// What the local publisher's thread does: writes publications, and keeps the store within its limits.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "publish/local/event_log.h"
#include "publish/local/options.h"
#include "publish/local/snapshot_folder.h"
#include "publish/publisher.h"

namespace kinesight::publish {

/// What was done.
struct LocalCounts {
  std::uint64_t written = 0;        ///< Events.
  std::uint64_t snapshots = 0;      ///< Pictures.
  std::uint64_t duplicates = 0;     ///< Events that were there already.
  std::uint64_t failed = 0;         ///< Events and pictures that are not in the store.
  std::uint64_t bytes_written = 0;  ///< Of pictures.
  std::uint64_t deleted = 0;        ///< Events that retention took out.

  LocalCounts& operator+=(const LocalCounts& other);
};

/// Used by one thread. Reports its failures itself (telemetry::PublishFailed and health), and opens the store
/// anew after each.
class StoreWriter {
 public:
  StoreWriter(LocalOptions options, std::filesystem::path directory, telemetry::Telemetry telemetry);

  using Group = std::span<const std::shared_ptr<const Publication>>;
  /// Writes all of `group` in one transaction, or none of its events; says what came of it.
  LocalCounts write(Group group);

  /// Deletes some of what must go. `more`: call it again soon.
  struct Retained {
    LocalCounts counts;
    bool more = false;
  };
  Retained retain(std::int64_t now_ms);

 private:
  struct Outcome {
    LocalCounts counts;
    std::optional<Error> picture_error;  ///< The last one; its events are there without a picture.
  };

  Result<> open();
  Result<Outcome> write_transaction(Group group);
  Result<> write_publication(const Publication& publication, Outcome& outcome);
  /// Draws the picture and saves it under `key`. Its size in bytes.
  Result<std::int64_t> save_picture(const Publication& publication, const std::string& key) const;
  Result<> adopt_pictures();
  void delete_pictures(const std::vector<std::string>& keys);
  void report_lost(Group group, const Error& error);
  void report_trouble(bool& failing, const std::string& what, const Error& error);
  /// Sets `failing` to false; when nothing else fails, says that all is well again.
  void report_recovery(bool& failing);

  const LocalOptions options_;
  const std::filesystem::path directory_;
  const telemetry::Telemetry telemetry_;
  const SnapshotFolder pictures_;
  std::optional<EventLog> log_;  // Nothing while the store cannot be used.
  bool swept_ = false;
  bool opening_fails_ = false;
  bool writing_fails_ = false;
  bool retention_fails_ = false;
};

}  // namespace kinesight::publish
