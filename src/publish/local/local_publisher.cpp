#include "publish/local/local_publisher.h"

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <vector>

#include "base/bounded_queue.h"
#include "base/worker.h"
#include "publish/local/event_store.h"
#include "publish/local/store_writer.h"
#include "publish/publisher_kind.h"

namespace kinesight::publish {
namespace {

// Few, because each holds a frame: at 1080p 3 MB.
constexpr std::size_t kQueue = 8;
constexpr std::size_t kGroup = 16;
constexpr Clock::Duration kRetentionInterval = seconds_duration(60);

using Item = std::shared_ptr<const Publication>;

}  // namespace

struct LocalPublisher::Impl {
  Impl(LocalOptions local_options, const PublisherContext& context);
  ~Impl();

  void run();
  std::vector<Item> next_group(Clock::Duration patience);
  void retain();
  void count(const LocalCounts& more, std::size_t publications);

  const LocalOptions options;
  const std::filesystem::path directory;
  Clock& clock;
  const EventStore store;
  StoreWriter writer;
  Clock::Steady next_retention;
  BoundedQueue<Item> queue{kQueue, WhenFull::block};

  mutable std::mutex mutex;
  std::condition_variable progress;
  std::uint64_t taken = 0;  // Publications, by publish().
  std::uint64_t done = 0;   // Publications, by the writer.
  bool closing = false;
  LocalCounts counts;

  std::optional<Worker> worker;  // The last member: its thread uses the ones above.
};

LocalPublisher::Impl::Impl(LocalOptions local_options, const PublisherContext& context)
    : options(std::move(local_options)),
      directory(options.directory.empty() ? context.state_directory
                                          : std::filesystem::path(options.directory)),
      clock(*context.clock),
      store(directory),
      writer(options, directory, context.telemetry),
      next_retention(clock.steady()) {
  worker.emplace("publish-local", [this](auto) { run(); });
}

LocalPublisher::Impl::~Impl() {
  {
    std::lock_guard lock(mutex);
    closing = true;
  }
  queue.close();
  worker.reset();
}

void LocalPublisher::Impl::run() {
  for (;;) {
    retain();
    const auto group = next_group(std::max(next_retention - clock.steady(), Clock::Duration{}));
    if (!group.empty()) {
      count(writer.write(group), group.size());
      continue;
    }
    std::lock_guard lock(mutex);
    if (closing) return;
  }
}

std::vector<Item> LocalPublisher::Impl::next_group(Clock::Duration patience) {
  std::vector<Item> group;
  // What waits already goes into the same transaction; nobody is waited for.
  for (auto item = queue.pop_for(patience); item; item = queue.pop_for(Clock::Duration{})) {
    group.push_back(std::move(*item));
    if (group.size() == kGroup) break;
  }
  return group;
}

void LocalPublisher::Impl::retain() {
  const auto now = clock.steady();
  if (now < next_retention) return;
  const auto retained = writer.retain(clock.wall_ms());
  // While there is more to delete, the queue is looked at between one slice and the next.
  if (!retained.more) next_retention = now + kRetentionInterval;
  count(retained.counts, 0);
}

void LocalPublisher::Impl::count(const LocalCounts& more, std::size_t publications) {
  {
    std::lock_guard lock(mutex);
    counts += more;
    done += publications;
  }
  progress.notify_all();
}

LocalPublisher::LocalPublisher(LocalOptions options, const PublisherContext& context)
    : impl_(std::make_unique<Impl>(std::move(options), context)) {}

LocalPublisher::~LocalPublisher() = default;

bool LocalPublisher::saves_snapshots() const { return impl_->options.save_snapshots; }

const Archive* LocalPublisher::archive() const { return &impl_->store; }

Result<> LocalPublisher::publish(Item publication, std::stop_token stop) {
  {
    std::lock_guard lock(impl_->mutex);
    ++impl_->taken;
  }
  if (impl_->queue.push(std::move(publication), stop)) return {};
  impl_->count({}, 1);  // Not taken after all.
  return fail(ErrorKind::cancelled, "the local store was asked to stop before it could take the events");
}

Result<> LocalPublisher::flush(Clock::Duration patience) {
  std::unique_lock lock(impl_->mutex);
  const std::uint64_t all = impl_->taken;
  if (impl_->progress.wait_for(lock, patience, [&] { return impl_->done >= all; })) return {};
  return fail(ErrorKind::unavailable, "the local store has not written {} publications within {:.1f} s",
              all - impl_->done, to_seconds(patience));
}

std::vector<SinkTotals> LocalPublisher::totals() const {
  std::lock_guard lock(impl_->mutex);
  const LocalCounts& counts = impl_->counts;
  return {{"local",
           {{"written", counts.written},
            {"snapshots", counts.snapshots},
            {"duplicates", counts.duplicates},
            {"failed", counts.failed},
            {"bytes_written", counts.bytes_written},
            {"deleted", counts.deleted}}}};
}

PublisherKind local_publisher_kind() {
  return {LocalOptions::table(),
          [](const config::Parsed& options,
             const PublisherContext& context) -> Result<std::unique_ptr<Publisher>> {
            return std::make_unique<LocalPublisher>(options.as<LocalOptions>(), context);
          }};
}

}  // namespace kinesight::publish
