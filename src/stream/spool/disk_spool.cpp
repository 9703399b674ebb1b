#include "stream/spool/disk_spool.h"

#include <fstream>
#include <iterator>

#include "storage/directory_files.h"
#include "stream/spool/happenings.h"

namespace kinesight::stream {
namespace {

constexpr const char* kSink = "kinesis";
constexpr auto kLog = publish::Stream::events;
/// How long read() waits, and append() before it tries a disk again.
constexpr auto kPatience = std::chrono::milliseconds(500);
constexpr auto kBetweenWords = std::chrono::seconds(10);
constexpr std::size_t kReadRecords = 1000, kReadBytes = 4 * 1024 * 1024;

std::vector<publish::Entry> entries_of(std::span<const Outgoing> records) {
  std::vector<publish::Entry> entries(records.size());
  for (std::size_t i = 0; i < records.size(); ++i) {
    entries[i].key = records[i].key;
    entries[i].payload = records[i].data;
  }
  return entries;
}

}  // namespace

Result<std::unique_ptr<DiskSpool>> DiskSpool::open(const DiskSpoolOptions& options,
                                                   telemetry::Telemetry telemetry, Clock& clock) {
  std::unique_ptr<DiskSpool> spool(new DiskSpool(options, telemetry, clock));
  if (auto opened = spool->open(); !opened) return wrap(opened.error(), "the spool");
  return spool;
}

Result<> DiskSpool::open() {
  config::OutboxOptions outbox;
  outbox.max_bytes = static_cast<long>(options_.max_bytes);
  outbox.when_full = config::OutboxFull::block;
  auto opened = publish::Outbox::open(options_.folder, outbox, {kSink}, {}, outbox_telemetry_, clock_);
  if (!opened) return std::unexpected(opened.error());
  outbox_ = std::move(*opened);
  sink_ = outbox_->spool(kLog, kSink);
  return claim();
}

/// What waits here is for one stream; it goes to no other, whatever the next command line says.
Result<> DiskSpool::claim() {
  const auto path = options_.folder / "stream";
  std::ifstream file(path);
  const std::string before((std::istreambuf_iterator<char>(file)), {});
  if (before == options_.stream) return {};
  if (const auto waiting = state().records; waiting > 0 && !before.empty()) {
    return fail(ErrorKind::invalid,
                "expected the stream {}, for which {} records wait in {}, found {}; send those first, or "
                "spool in another folder",
                before, waiting, options_.folder.string(), options_.stream);
  }
  auto made = storage::NewFile::create(options_.folder);
  if (!made) return std::unexpected(made.error());
  if (auto done = made->write(options_.stream); !done) return done;
  if (auto done = made->sync(); !done) return done;
  return made->replace(path);
}

/// While Kinesis takes less than comes, it is full again and again.
bool DiskSpool::to_be_told() {
  const auto now = clock_.steady();
  if (now < next_told_) return false;
  next_told_ = now + kBetweenWords;
  return true;
}

Result<> DiskSpool::append(std::span<const Outgoing> records, const std::stop_token& stop) {
  const auto entries = entries_of(records);
  for (bool told = false;;) {
    if (!outbox_->takes_now(kLog, entries) && to_be_told()) {
      telemetry_.emit(SpoolFull{options_.folder.string(), options_.max_bytes});
      told = true;
    }
    const auto done = outbox_->append(kLog, entries, stop);
    if (done && told) telemetry_.emit(SpoolTakes{});
    if (done || done.error().kind != ErrorKind::unavailable) return done;
    telemetry_.emit(SpoolFailed{done.error()});
    told = true;
    if (!clock_.wait_for(kPatience, stop))
      return fail(ErrorKind::cancelled, "stopped while the spool could not be written: {}",
                  done.error().message);
  }
}

Result<std::vector<Outgoing>> DiskSpool::read(const std::stop_token& stop) {
  sink_->wait(1, clock_.steady() + kPatience, stop);
  std::vector<publish::Entry> entries;
  if (auto done = sink_->read(kReadRecords, kReadBytes, entries); !done) return std::unexpected(done.error());
  std::vector<Outgoing> records;
  records.reserve(entries.size());
  for (auto& entry : entries)
    records.push_back(
        {.key = std::move(entry.key), .data = std::move(entry.payload), .place = entry.sequence});
  return records;
}

/// When it cannot be noted, another process would send them again, and this one does not.
void DiskSpool::taken(std::span<const std::uint64_t> places) {
  if (auto noted = sink_->settle(places, {}); !noted) telemetry_.emit(SpoolFailed{noted.error()});
}

SpoolState DiskSpool::state() const {
  const auto waits = outbox_->backlog(kLog, kSink);
  return {waits.entries, waits.bytes, waits.oldest_seconds, sink_ ? sink_->dropped() : 0};
}

}  // namespace kinesight::stream
