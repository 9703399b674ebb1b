#include "publish/outbox/outbox.h"

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <utility>

#include "base/worker.h"
#include "publish/outbox/outbox_log.h"
#include "storage/lock_file.h"
#include "telemetry/happenings.h"

namespace kinesight::publish {

using namespace outbox;
namespace {

using config::Durability;
using config::OutboxFull;

constexpr std::uint64_t kEventSegment = 16 * 1024 * 1024;
constexpr std::uint64_t kSnapshotSegment = 64 * 1024 * 1024;
constexpr std::uint64_t kFewestSegments = 16;  // So that dropping the oldest drops little.
constexpr auto kInterval = std::chrono::seconds(1);

LogOptions log_options(const config::OutboxOptions& options, Stream stream) {
  const bool events = stream == Stream::events;
  const auto bytes = static_cast<std::uint64_t>(events ? options.max_bytes : options.max_snapshot_bytes);
  return {.max_bytes = bytes,
          .segment_bytes = std::min(events ? kEventSegment : kSnapshotSegment, bytes / kFewestSegments),
          .drop_oldest = options.when_full == OutboxFull::drop_oldest,
          .sync = options.durability == Durability::disk};
}

/// They are parts of file names.
Result<> check_names(const std::vector<std::string>& sinks) {
  const auto good = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'; };
  for (const auto& sink : sinks) {
    if (sink.empty() || sink.size() > 64 || !std::ranges::all_of(sink, good)) {
      return fail(ErrorKind::invalid, "\"{}\" is no name of a sink: expected 1 to 64 of a to z, 0 to 9 and _",
                  sink);
    }
  }
  return {};
}

/// What a drain holds of a sink that belongs to the outbox.
class SpoolView final : public Spool {
 public:
  explicit SpoolView(OutboxSink& sink) : sink_(sink) {}
  Result<> read(std::size_t max_entries, std::size_t max_bytes, std::vector<Entry>& into) override {
    return sink_.read(max_entries, max_bytes, into);
  }
  void wait(std::size_t enough, Clock::Steady deadline, std::stop_token stop) override {
    sink_.wait(enough, deadline, std::move(stop));
  }
  std::uint64_t last() const override { return sink_.last(); }
  Result<> sending(std::span<const std::uint64_t> sequences) override { return sink_.sending(sequences); }
  Result<> settle(std::span<const std::uint64_t> done, std::span<const std::uint64_t> again) override {
    return sink_.settle(done, again);
  }
  Result<> bury(const Entry& entry, const Error& error, int tries) override {
    return sink_.bury(entry, error, tries);
  }
  bool maybe_sent(std::uint64_t sequence) const override { return sink_.maybe_sent(sequence); }
  std::uint64_t dropped() const override { return sink_.dropped(); }

 private:
  OutboxSink& sink_;
};

}  // namespace

struct Outbox::Impl {
  Impl(storage::LockFile held, telemetry::Telemetry used) : lock(std::move(held)), telemetry(used) {}

  OutboxLog& log(Stream stream) { return stream == Stream::events ? *events : *snapshots; }
  void run(const std::stop_token& stop);
  void look_after(OutboxLog& log, const std::stop_token& stop);

  storage::LockFile lock;
  const telemetry::Telemetry telemetry;
  std::unique_ptr<DeadLetterStore> dead_letters;
  std::unique_ptr<OutboxLog> events;
  std::unique_ptr<OutboxLog> snapshots;
  bool failing = false;
  std::optional<Worker> housekeeper;  // The last member: its thread uses the ones above.
};

// Once a second of real time, whatever clock the rest goes by: it looks for what other processes did.
void Outbox::Impl::run(const std::stop_token& stop) {
  std::mutex mutex;
  std::condition_variable_any stopped;
  while (!stop.stop_requested()) {
    for (auto* log : {events.get(), snapshots.get()}) look_after(*log, stop);
    std::unique_lock waiting(mutex);
    stopped.wait_for(waiting, stop, kInterval, [] { return false; });
  }
}

void Outbox::Impl::look_after(OutboxLog& log, const std::stop_token& stop) {
  log.look_after();
  const auto taken = log.take_back(stop);
  if (taken) {
    if (std::exchange(failing, false)) telemetry.emit(telemetry::OutboxRecovered{});
  } else if (!stop.stop_requested() && !std::exchange(failing, true)) {
    telemetry.emit(
        telemetry::OutboxFailed{.what = "Dead letters cannot be sent again", .error = taken.error()});
  }
}

Result<std::unique_ptr<Outbox>> Outbox::open(const std::filesystem::path& state_directory,
                                             const config::OutboxOptions& options,
                                             std::vector<std::string> event_sinks,
                                             std::vector<std::string> snapshot_sinks,
                                             telemetry::Telemetry telemetry, Clock& clock) {
  for (const auto* sinks : {&event_sinks, &snapshot_sinks}) {
    if (auto good = check_names(*sinks); !good) return std::unexpected(good.error());
  }
  const auto folder = state_directory / "outbox";
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error) return disk_error(error.value(), "make the folder", folder);
  auto lock = storage::LockFile::acquire(folder / "lock");
  if (!lock) return std::unexpected(lock.error());

  auto impl = std::make_unique<Impl>(std::move(*lock), telemetry);
  auto dead_letters = DeadLetterStore::open(folder, options.durability == Durability::disk);
  if (!dead_letters) return std::unexpected(dead_letters.error());
  impl->dead_letters = std::move(*dead_letters);
  const auto open_log = [&](Stream stream, const std::vector<std::string>& sinks) {
    return OutboxLog::open({.folder = folder,
                            .stream = stream,
                            .sinks = sinks,
                            .options = log_options(options, stream),
                            .disk = Disk::system(),
                            .dead_letters = *impl->dead_letters,
                            .telemetry = telemetry,
                            .clock = clock});
  };
  auto events = open_log(Stream::events, event_sinks);
  if (!events) return std::unexpected(events.error());
  auto snapshots = open_log(Stream::snapshots, snapshot_sinks);
  if (!snapshots) return std::unexpected(snapshots.error());
  impl->events = std::move(*events);
  impl->snapshots = std::move(*snapshots);
  impl->housekeeper.emplace("outbox", [raw = impl.get()](std::stop_token stop) { raw->run(stop); });
  return std::unique_ptr<Outbox>(new Outbox(std::move(impl)));
}

Outbox::Outbox(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

Outbox::~Outbox() {
  impl_->housekeeper.reset();
  for (auto* log : {impl_->events.get(), impl_->snapshots.get()}) log->look_after();
}

Result<> Outbox::append(Stream stream, std::span<const Entry> entries, std::stop_token stop) {
  return impl_->log(stream).append(entries, std::move(stop));
}

bool Outbox::takes_now(Stream stream, std::span<const Entry> entries) const {
  return impl_->log(stream).takes_now(entries);
}

Backlog Outbox::backlog(Stream stream, const std::string& sink) const {
  return impl_->log(stream).sink(sink).backlog();
}

std::unique_ptr<Spool> Outbox::spool(Stream stream, const std::string& sink) {
  auto& own = impl_->log(stream).sink(sink);
  own.rewind();
  return std::make_unique<SpoolView>(own);
}

}  // namespace kinesight::publish
