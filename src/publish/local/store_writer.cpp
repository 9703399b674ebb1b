#include "publish/local/store_writer.h"

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <utility>

#include "event/snapshot_key.h"
#include "publish/local/retention.h"
#include "publish/snapshot.h"
#include "telemetry/happenings.h"

namespace kinesight::publish {
namespace {

constexpr const char* kSink = "local";
constexpr const char* kHealthPart = "publisher local";
constexpr const char* kSnapshotField = "snapshot";

/// Not before any event of the publication: see EventLog::add_snapshot().
std::int64_t snapshot_ts_ms(const Publication& publication) {
  std::int64_t ts_ms = publication.frame.ts_ms();
  for (const auto& envelope : publication.events) ts_ms = std::max(ts_ms, envelope.payload.ts_ms);
  return ts_ms;
}

event::Envelope without_snapshot(event::Envelope envelope) {
  if (envelope.payload.extras.is_object()) envelope.payload.extras.erase(kSnapshotField);
  return envelope;
}

}  // namespace

LocalCounts& LocalCounts::operator+=(const LocalCounts& other) {
  written += other.written;
  snapshots += other.snapshots;
  duplicates += other.duplicates;
  failed += other.failed;
  bytes_written += other.bytes_written;
  deleted += other.deleted;
  return *this;
}

StoreWriter::StoreWriter(LocalOptions options, std::filesystem::path directory,
                         telemetry::Telemetry telemetry)
    : options_(std::move(options)),
      directory_(std::move(directory)),
      telemetry_(telemetry),
      pictures_(directory_) {}

Result<> StoreWriter::open() {
  if (log_) return {};
  auto log = EventLog::open(directory_);
  if (!log) return std::unexpected(log.error());
  log_ = std::move(*log);
  report_recovery(opening_fails_);
  if (std::exchange(swept_, true)) return {};
  // Housekeeping: what it could not do, the next start does.
  if (auto adopted = adopt_pictures(); !adopted) telemetry_.log.warning(adopted.error().message);
  return {};
}

// A process that ended between a picture and its row left a picture that nobody names. It gets a row of its
// own, so that retention counts it and takes it away in its time.
Result<> StoreWriter::adopt_pictures() {
  auto transaction = log_->begin();
  if (!transaction) return std::unexpected(transaction.error());
  Result<> adopted;
  const auto swept = pictures_.sweep([&](const std::string& key, std::int64_t bytes) {
    const auto parsed = event::parse_snapshot_key(key);
    if (!adopted || !parsed) return;
    const auto known = log_->contains_snapshot(key);
    if (!known) {
      adopted = std::unexpected(known.error());
    } else if (!*known) {
      adopted = log_->add_snapshot(key, parsed->ts_ms, bytes);
    }
  });
  if (!swept) return swept;
  if (!adopted) return adopted;
  return transaction->commit();
}

LocalCounts StoreWriter::write(Group group) {
  auto outcome = write_transaction(group);
  if (!outcome) {
    log_.reset();
    report_lost(group, outcome.error());
    LocalCounts counts;
    for (const auto& publication : group) counts.failed += publication->events.size();
    return counts;
  }
  if (outcome->picture_error) {
    writing_fails_ = true;
    telemetry_.emit(telemetry::PublishFailed{.sink = kSink,
                                             .camera_id = group.front()->events.front().camera_id,
                                             .count = static_cast<std::int64_t>(outcome->counts.failed),
                                             .error = *outcome->picture_error});
  } else {
    report_recovery(writing_fails_);
  }
  return outcome->counts;
}

Result<StoreWriter::Outcome> StoreWriter::write_transaction(Group group) {
  if (auto opened = open(); !opened) return std::unexpected(opened.error());
  auto transaction = log_->begin();
  if (!transaction) return std::unexpected(transaction.error());
  Outcome outcome;
  for (const auto& publication : group) {
    if (auto written = write_publication(*publication, outcome); !written)
      return std::unexpected(written.error());
  }
  if (auto committed = transaction->commit(); !committed) return std::unexpected(committed.error());
  return outcome;
}

Result<> StoreWriter::write_publication(const Publication& publication, Outcome& outcome) {
  std::vector<const event::Envelope*> fresh;
  for (const auto& envelope : publication.events) {
    const auto known = log_->contains(envelope.event_id);
    if (!known) return std::unexpected(known.error());
    if (*known)
      ++outcome.counts.duplicates;
    else
      fresh.push_back(&envelope);
  }
  if (fresh.empty()) return {};

  const std::string key = local_key(publication.snapshot_key).value_or("");
  const bool wanted = options_.save_snapshots && !key.empty();
  bool lost = false;
  if (wanted) {
    const auto bytes = save_picture(publication, key);
    if (bytes) {
      const auto added = log_->add_snapshot(key, snapshot_ts_ms(publication), *bytes);
      if (!added) return added;
      ++outcome.counts.snapshots;
      outcome.counts.bytes_written += static_cast<std::uint64_t>(*bytes);
    } else {
      lost = true;
      ++outcome.counts.failed;
      outcome.picture_error = bytes.error();
    }
  }
  for (const auto* envelope : fresh) {
    const auto added =
        lost ? log_->add(without_snapshot(*envelope), "") : log_->add(*envelope, wanted ? key : "");
    if (!added) return added;
    ++outcome.counts.written;
  }
  return {};
}

Result<std::int64_t> StoreWriter::save_picture(const Publication& publication, const std::string& key) const {
  const auto jpeg =
      encode_snapshot(publication.frame, publication.detections, {.jpeg_quality = options_.jpeg_quality});
  if (!jpeg) return std::unexpected(jpeg.error());
  if (auto written = pictures_.write(key, *jpeg); !written) return std::unexpected(written.error());
  return static_cast<std::int64_t>(jpeg->size());
}

StoreWriter::Retained StoreWriter::retain(std::int64_t now_ms) {
  if (auto opened = open(); !opened) {
    report_trouble(opening_fails_, "The local store cannot be used", opened.error());
    return {};
  }
  auto slice = enforce(*log_, {.days = options_.retention_days, .max_bytes = options_.max_bytes}, now_ms);
  if (!slice) {
    log_.reset();
    report_trouble(retention_fails_, "Retention failed", slice.error());
    return {};
  }
  if (slice->deleted.empty()) {
    report_recovery(retention_fails_);
    return {};
  }
  delete_pictures(slice->deleted.snapshot_keys);
  const auto events = slice->deleted.events;
  telemetry_.emit(
      telemetry::LocalDeleted{.events = events,
                              .snapshots = static_cast<std::int64_t>(slice->deleted.snapshot_keys.size()),
                              .reason = std::string(slice->reason)});
  return {.counts = {.deleted = static_cast<std::uint64_t>(events)}, .more = true};
}

// One that cannot be deleted is found again, and counted, when the service next starts.
void StoreWriter::delete_pictures(const std::vector<std::string>& keys) {
  for (const auto& key : keys) {
    if (auto removed = pictures_.remove(key); !removed)
      report_trouble(retention_fails_, "Retention failed", removed.error());
  }
}

void StoreWriter::report_lost(Group group, const Error& error) {
  writing_fails_ = true;
  std::map<std::string, std::int64_t> by_camera;
  for (const auto& publication : group) {
    by_camera[publication->events.front().camera_id] += static_cast<std::int64_t>(publication->events.size());
  }
  for (const auto& [camera_id, count] : by_camera) {
    telemetry_.emit(
        telemetry::PublishFailed{.sink = kSink, .camera_id = camera_id, .count = count, .error = error});
  }
}

void StoreWriter::report_trouble(bool& failing, const std::string& what, const Error& error) {
  failing = true;
  telemetry_.health.report(kHealthPart, telemetry::HealthState::degraded, error.message);
  telemetry_.log.error(what + ": " + error.message);
}

void StoreWriter::report_recovery(bool& failing) {
  if (!std::exchange(failing, false) || opening_fails_ || writing_fails_ || retention_fails_) return;
  telemetry_.emit(telemetry::PublishRecovered{kSink});
}

}  // namespace kinesight::publish
