// The local publisher: events into a database, pictures into a folder. The default where there is no cloud.
#pragma once

#include <filesystem>
#include <memory>

#include "publish/local/options.h"
#include "publish/publisher.h"

namespace kinesight::publish {

/// Keeps what it takes in `<directory>/events.db` and `<directory>/snapshots/`.
///
/// One thread writes. Events that have an id in common are one: the first stays. A picture is in its place
/// before the row that names it; an event whose picture cannot be written is kept without. kill -9 at any
/// moment leaves a store that opens, with whole events alone. A disk that fails costs the events of its time
/// (counted, in health and in the log); each further one is a new try.
class LocalPublisher final : public Publisher {
 public:
  LocalPublisher(LocalOptions options, const PublisherContext& context);
  /// Writes what was taken first.
  ~LocalPublisher() override;

  std::string_view sink() const override { return "local"; }
  bool saves_snapshots() const override;
  Result<> publish(std::shared_ptr<const Publication> publication, std::stop_token stop) override;
  Result<> flush(Clock::Duration patience) override;
  /// written, snapshots, duplicates, failed, bytes_written (of pictures), deleted.
  std::vector<SinkTotals> totals() const override;
  const Archive* archive() const override;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace kinesight::publish
