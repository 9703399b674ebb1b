#include "stream/producer/spooler.h"

#include <utility>
#include <vector>

namespace kinesight::stream {
namespace {

/// Of which memory has to be enough for: what is not in the spool yet, and what goes into it at once.
constexpr std::size_t kMostRecords = 1024, kMostBytes = 4 * 1024 * 1024;
/// How often it is looked whether the spool is empty.
constexpr auto kLook = std::chrono::milliseconds(20);

}  // namespace

Spooler::Spooler(RecordSpool& spool, Lanes& lanes, Clock& clock)
    : spool_(spool), lanes_(lanes), clock_(clock), queue_(kMostRecords, WhenFull::block) {
  writer_.emplace("spool-write", [this](const std::stop_token&) { write(stop_.get_token()); });
  feeder_.emplace("spool-read", [this](const std::stop_token&) { feed(stop_.get_token()); });
}

Spooler::~Spooler() { stop_.request_stop(); }

Result<> Spooler::push(Outgoing record, const std::stop_token& stop) {
  ++pushed_;
  if (queue_.push(std::move(record), stop)) return {};
  --pushed_;
  if (auto failed = failure(); !failed) return failed;
  return fail(ErrorKind::cancelled, "stopped before a record was in the spool");
}

void Spooler::write(const std::stop_token& stop) {
  std::vector<Outgoing> records;
  while (auto next = queue_.pop(stop)) {
    records.clear();
    for (std::size_t bytes = 0; next; next = queue_.pop_for(Clock::Duration::zero())) {
      bytes += next->key.size() + next->data.size();
      records.push_back(std::move(*next));
      if (records.size() == kMostRecords || bytes >= kMostBytes) break;
    }
    if (auto done = spool_.append(records, stop); !done) return end(std::move(done.error()));
    kept_ += records.size();
  }
}

void Spooler::feed(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    if (auto well = lanes_.failure(); !well) return end(std::move(well.error()));
    auto records = spool_.read(stop);
    if (!records) return end(std::move(records.error()));
    for (auto& record : *records)
      if (auto pushed = lanes_.push(std::move(record), stop); !pushed) return end(std::move(pushed.error()));
  }
}

void Spooler::end(Error why) {
  {
    const std::lock_guard lock(mutex_);
    if (!failure_) failure_ = std::move(why);
  }
  queue_.close();
  stop_.request_stop();
}

Result<> Spooler::failure() const {
  const std::lock_guard lock(mutex_);
  if (failure_) return std::unexpected(*failure_);
  return {};
}

Result<> Spooler::close(const std::stop_token& stop) {
  queue_.close();
  const std::stop_callback told(stop, [this] { stop_.request_stop(); });
  while (!writer_->wait(kLook)) continue;
  bool going_on = true;
  while (going_on && failure() && spool_.state().records > 0) going_on = clock_.wait_for(kLook, stop);
  if (auto failed = failure(); !failed) return failed;
  if (going_on) return {};
  return fail(ErrorKind::cancelled, "stopped before all records of the spool were taken");
}

}  // namespace kinesight::stream
