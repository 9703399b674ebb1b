#include "publish/outbox_publisher.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <mutex>

#include "base/bounded_queue.h"
#include "base/worker.h"
#include "publish/outbox/drain.h"
#include "publish/outbox/outbox.h"
#include "publish/snapshot.h"
#include "telemetry/happenings.h"

namespace kinesight::publish {
namespace {

constexpr const char* kSink = "outbox";
using Item = std::shared_ptr<const Publication>;

std::vector<std::string> names_of(const std::vector<Sink>& sinks, Stream stream) {
  std::vector<std::string> names;
  for (const auto& sink : sinks) {
    if (sink.delivery->stream() == stream) names.emplace_back(sink.delivery->sink());
  }
  return names;
}

std::vector<Entry> event_entries(const Publication& publication) {
  std::vector<Entry> entries;
  for (const auto& envelope : publication.events) {
    Entry& entry = entries.emplace_back();
    entry.key = envelope.camera_id;
    entry.name = envelope.event_id;
    entry.payload = event::to_json(envelope);
  }
  return entries;
}

}  // namespace

struct OutboxPublisher::Impl {
  Impl(std::unique_ptr<Outbox> opened, std::vector<Sink> sinks, const PublisherContext& context);
  ~Impl();

  void keep_pictures(std::stop_token stop);
  Result<> keep_picture(const Publication& publication, std::stop_token stop);
  Result<> append(Stream stream, std::span<const Entry> entries, std::stop_token stop);
  void picture_done();

  const telemetry::Telemetry telemetry;
  std::unique_ptr<Outbox> outbox;
  bool events_wanted = false;          // A sink takes events.
  std::optional<SnapshotStyle> style;  // A sink takes pictures that look so.
  std::atomic<bool> failing = false;

  BoundedQueue<Item> pictures{kPictures, WhenFull::block};
  mutable std::mutex mutex;
  std::condition_variable progress;
  std::uint64_t pictures_taken = 0;
  std::uint64_t pictures_done = 0;

  std::vector<std::unique_ptr<Drain>> drains;
  std::optional<Worker> encoder;  // The last member: its thread uses the ones above.
};

OutboxPublisher::Impl::Impl(std::unique_ptr<Outbox> opened, std::vector<Sink> sinks,
                            const PublisherContext& context)
    : telemetry(context.telemetry), outbox(std::move(opened)) {
  for (auto& sink : sinks) {
    const Stream stream = sink.delivery->stream();
    if (stream == Stream::events) events_wanted = true;
    if (sink.snapshots) style = sink.snapshots;
    auto spool = outbox->spool(stream, std::string(sink.delivery->sink()));
    drains.push_back(std::make_unique<Drain>(std::move(spool), std::move(sink.delivery), sink.policy,
                                             telemetry, *context.clock, Rng::from_entropy()));
  }
  if (style) encoder.emplace("snapshots", [this](std::stop_token stop) { keep_pictures(std::move(stop)); });
}

OutboxPublisher::Impl::~Impl() {
  pictures.close();  // What was taken is still written.
  if (encoder) encoder->wait(std::chrono::seconds(5));
  encoder.reset();
}

void OutboxPublisher::Impl::keep_pictures(std::stop_token stop) {
  while (auto publication = pictures.pop(stop)) {
    if (auto kept = keep_picture(**publication, stop); !kept) {
      telemetry.emit(telemetry::PublishFailed{.sink = kSink,
                                              .camera_id = (*publication)->events.front().camera_id,
                                              .count = 1,
                                              .error = kept.error()});
    }
    picture_done();
  }
}

void OutboxPublisher::Impl::picture_done() {
  {
    std::lock_guard lock(mutex);
    ++pictures_done;
  }
  progress.notify_all();
}

Result<> OutboxPublisher::Impl::keep_picture(const Publication& publication, std::stop_token stop) {
  const auto jpeg = encode_snapshot(publication.frame, publication.detections, *style);
  if (!jpeg) return std::unexpected(jpeg.error());
  Entry entry;
  entry.key = publication.events.front().camera_id;
  entry.name = publication.snapshot_key;
  entry.payload.assign(jpeg->begin(), jpeg->end());
  return append(Stream::snapshots, {&entry, 1}, stop);
}

Result<> OutboxPublisher::Impl::append(Stream stream, std::span<const Entry> entries, std::stop_token stop) {
  auto taken = outbox->append(stream, entries, std::move(stop));
  if (!taken) {
    failing = true;
  } else if (failing.exchange(false)) {
    telemetry.emit(telemetry::PublishRecovered{kSink});
  }
  return taken;
}

OutboxPublisher::OutboxPublisher(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

OutboxPublisher::~OutboxPublisher() = default;

Result<std::unique_ptr<OutboxPublisher>> OutboxPublisher::open(std::vector<Sink> sinks,
                                                               const config::OutboxOptions& options,
                                                               const PublisherContext& context) {
  for (auto& sink : sinks) sink.policy.refusals = options.refusals;
  auto outbox = Outbox::open(context.state_directory, options, names_of(sinks, Stream::events),
                             names_of(sinks, Stream::snapshots), context.telemetry, *context.clock);
  if (!outbox) return std::unexpected(outbox.error());
  return std::unique_ptr<OutboxPublisher>(
      new OutboxPublisher(std::make_unique<Impl>(std::move(*outbox), std::move(sinks), context)));
}

bool OutboxPublisher::saves_snapshots() const { return impl_->style.has_value(); }

Result<> OutboxPublisher::publish(Item publication, std::stop_token stop) {
  if (impl_->events_wanted) {
    const auto entries = event_entries(*publication);
    if (auto taken = impl_->append(Stream::events, entries, stop); !taken) return taken;
  }
  if (!impl_->style || publication->snapshot_key.empty()) return {};
  {
    std::lock_guard lock(impl_->mutex);
    ++impl_->pictures_taken;
  }
  if (impl_->pictures.push(std::move(publication), stop)) return {};
  impl_->picture_done();  // Not taken after all.
  return fail(ErrorKind::cancelled, "asked to stop before the picture could be taken");
}

Result<> OutboxPublisher::flush(Clock::Duration patience) {
  const auto deadline = std::chrono::steady_clock::now() + patience;
  {
    std::unique_lock lock(impl_->mutex);
    const auto all = impl_->pictures_taken;
    impl_->progress.wait_until(lock, deadline, [&] { return impl_->pictures_done >= all; });
  }
  std::vector<std::string> left;
  for (const auto& drain : impl_->drains) {
    const auto rest =
        std::max<Clock::Duration>(deadline - std::chrono::steady_clock::now(), Clock::Duration{});
    if (auto done = drain->flush(rest); !done) {
      left.push_back(fmt::format("{}: {}", drain->delivery().sink(), done.error().message));
    }
  }
  if (left.empty()) return {};
  return fail(ErrorKind::unavailable, "{}; what waits is on disk and goes out after the next start",
              fmt::join(left, "; "));
}

std::vector<SinkTotals> OutboxPublisher::totals() const {
  std::vector<SinkTotals> totals;
  for (const auto& drain : impl_->drains) {
    totals.push_back({std::string(drain->delivery().sink()), drain->delivery().totals(drain->counts())});
  }
  return totals;
}

}  // namespace kinesight::publish
