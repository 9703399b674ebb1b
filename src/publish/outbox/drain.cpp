#include "publish/outbox/drain.h"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <utility>

#include "base/worker.h"
#include "publish/outbox/answers.h"
#include "publish/outbox/doorbell.h"
#include "publish/outbox/jitter.h"
#include "publish/outbox/requests.h"
#include "publish/outbox/schedule.h"
#include "publish/outbox/sink_report.h"
#include "publish/outbox/window.h"

namespace kinesight::publish {

using namespace outbox;
namespace {

// What requests in flight get to end by themselves when the drain stops.
constexpr Clock::Duration kGrace = std::chrono::seconds(5);

}  // namespace

struct Drain::Impl {
  Impl(std::unique_ptr<Spool> its_spool, std::unique_ptr<Delivery> its_delivery, DrainPolicy its_policy,
       telemetry::Telemetry telemetry, Clock& its_clock, Rng rng);
  ~Impl();

  void run(const std::stop_token& stop);
  bool wants_more() const;
  void read_more();
  void take_in(Entry&& entry);
  void send_what_is_due();
  bool may_send() const;
  bool send_batch();
  void handle_answers();
  void sink_failed(const Error& error, std::uint64_t of_round, Clock::Duration leave_alone = {});
  void tell_how_it_is();
  void publish_progress();
  Clock::Steady next_deadline() const;
  void rest(const std::stop_token& wake);
  bool is_flushing() const { return done_to() < flush_to.load(); }
  std::uint64_t done_to() const;

  const std::unique_ptr<Spool> spool;
  const std::unique_ptr<Delivery> delivery;
  const DrainPolicy policy;
  const BatchLimits limits;
  Clock& clock;
  Jitter jitter;
  SinkReport report;

  // The thread's own.
  bool stopping = false;
  Window window;
  Schedule schedule;
  Answers answers;
  std::vector<Entry> read;
  std::uint64_t read_to = 0;        // Up to here nothing is left to be read.
  int read_failures = 0;            // In a row.
  Clock::Steady read_not_before{};  // After a failure.
  Clock::Steady now{};
  std::uint64_t round = 0;     // Counts the sink's failures.
  int failures = 0;            // Of the whole sink, in a row.
  Clock::Steady not_before{};  // After one.

  std::atomic<std::uint64_t> flush_to{0};
  std::mutex mutex;
  std::condition_variable progress;
  std::uint64_t all_done_to = 0;  // Guarded by the mutex, for those who wait in flush().

  Doorbell bell;
  Requests requests;
  std::optional<Worker> worker;  // The last member: its thread uses the ones above.
};

Drain::Impl::Impl(std::unique_ptr<Spool> its_spool, std::unique_ptr<Delivery> its_delivery,
                  DrainPolicy its_policy, telemetry::Telemetry telemetry, Clock& its_clock, Rng rng)
    : spool(std::move(its_spool)),
      delivery(std::move(its_delivery)),
      policy(its_policy),
      limits(delivery->limits()),
      clock(its_clock),
      jitter(policy.base_backoff_ms, policy.max_backoff_ms, rng),
      report(std::string(delivery->sink()), telemetry, clock),
      window(policy.window_entries, policy.window_bytes),
      schedule(window, limits, policy.max_retries),
      answers({window, schedule, *spool, report, jitter, clock, policy}),
      requests(*delivery, limits.in_flight, bell) {
  worker.emplace("drain-" + std::string(delivery->sink()),
                 [this](const std::stop_token& stop) { run(stop); });
}

Drain::Impl::~Impl() {
  worker->request_stop();
  bell.ring();
  if (!worker->wait(kGrace)) requests.cancel();
  worker.reset();
}

void Drain::Impl::run(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    const auto wake = bell.arm();
    now = clock.steady();
    handle_answers();
    schedule.wake(now);
    read_more();
    send_what_is_due();
    publish_progress();
    rest(wake);
  }
  stopping = true;
  while (requests.in_flight() > 0) {
    const auto wake = bell.arm();
    handle_answers();
    if (requests.in_flight() > 0) sleep_until(clock, kNever, wake);
  }
}

bool Drain::Impl::wants_more() const { return window.room() > 0 && now >= read_not_before; }

void Drain::Impl::read_more() {
  if (!wants_more()) return;
  const auto last = spool->last();
  read.clear();
  const auto done = spool->read(window.room(), window.room_bytes(), read);
  for (auto& entry : read) take_in(std::move(entry));
  if (done) {
    if (read.empty()) read_to = std::max(read_to, last);
    read_failures = 0;
    return;
  }
  if (++read_failures > policy.max_retries) report.failing(done.error());
  read_not_before = now + jitter.after(read_failures);
}

void Drain::Impl::take_in(Entry&& entry) {
  const auto sequence = entry.sequence;
  const auto slot = window.add(std::move(entry));
  Item& item = window[slot];
  item.cost = delivery->cost(item.entry);
  item.read_at = now;
  item.maybe_sent = spool->maybe_sent(sequence);
  schedule.add(slot);
  read_to = sequence;
}

void Drain::Impl::send_what_is_due() {
  while (may_send() && send_batch()) {
  }
}

// While the sink fails, one request at a time finds out whether it still does.
bool Drain::Impl::may_send() const {
  if (!requests.has_free() || !schedule.has_ready() || now < not_before) return false;
  if (failures > 0 && requests.in_flight() > 0) return false;
  return schedule.full() || now >= schedule.due_at() || is_flushing();
}

/// False when it could not be kept that they are sent.
bool Drain::Impl::send_batch() {
  auto request = std::make_unique<Request>();
  schedule.pick(request->slots);
  request->round = round;
  for (const Slot slot : request->slots) {
    request->entries.push_back(&window[slot].entry);
    request->sequences.push_back(window[slot].entry.sequence);
  }
  if (auto kept = spool->sending(request->sequences); !kept) {
    schedule.unpick(request->slots);
    sink_failed(kept.error(), round);
    return false;
  }
  for (const Slot slot : request->slots) {
    Item& item = window[slot];
    if (item.tries++ > 0 || item.maybe_sent) ++request->retried;
    if (std::exchange(item.maybe_sent, false)) ++request->uncertain;
  }
  requests.start(std::move(request));
  return true;
}

void Drain::Impl::handle_answers() {
  while (const auto request = requests.finished()) {
    answers.apply(*request);
    if (const auto& away = request->sent.away) {
      sink_failed(*away, request->round, request->sent.leave_alone);
    } else {
      failures = 0;
    }
  }
  tell_how_it_is();
}

/// Requests that were in flight together fail together: only the first of them counts.
void Drain::Impl::sink_failed(const Error& error, std::uint64_t of_round, Clock::Duration leave_alone) {
  if (of_round != round || (stopping && error.kind == ErrorKind::cancelled)) return;
  ++round;
  ++failures;
  not_before = clock.steady() + std::max(jitter.after(failures), leave_alone);
  if (failures > policy.max_retries) report.failing(error);
}

void Drain::Impl::tell_how_it_is() {
  if (failures <= policy.max_retries && read_failures <= policy.max_retries && schedule.troubled() == 0)
    report.well();
}

std::uint64_t Drain::Impl::done_to() const {
  return window.empty() ? read_to : std::min(read_to, window.oldest() - 1);
}

void Drain::Impl::publish_progress() {
  {
    std::lock_guard lock(mutex);
    if (all_done_to == done_to()) return;
    all_done_to = done_to();
  }
  progress.notify_all();
}

Clock::Steady Drain::Impl::next_deadline() const {
  auto deadline = schedule.next_wake();
  if (now < read_not_before && window.room() > 0) deadline = std::min(deadline, read_not_before);
  const bool answer_comes_first = !requests.has_free() || (failures > 0 && requests.in_flight() > 0);
  if (schedule.has_ready() && !answer_comes_first) {
    const bool at_once = schedule.full() || is_flushing();
    deadline = std::min(deadline, std::max(not_before, at_once ? now : schedule.due_at()));
  }
  return deadline;
}

void Drain::Impl::rest(const std::stop_token& wake) {
  const auto deadline = next_deadline();
  if (!wants_more()) {
    sleep_until(clock, deadline, wake);
    return;
  }
  // While a batch lingers, what does not fill it is no reason to wake up.
  const auto enough = schedule.has_ready() ? schedule.missing() : 1;
  spool->wait(std::clamp<std::size_t>(enough, 1, window.room()), deadline, wake);
}

Drain::Drain(std::unique_ptr<Spool> spool, std::unique_ptr<Delivery> delivery, DrainPolicy policy,
             telemetry::Telemetry telemetry, Clock& clock, Rng rng)
    : impl_(std::make_unique<Impl>(std::move(spool), std::move(delivery), policy, telemetry, clock, rng)) {}

Drain::~Drain() = default;

const Delivery& Drain::delivery() const { return *impl_->delivery; }

Result<> Drain::flush(Clock::Duration patience) {
  const auto target = impl_->spool->last();
  auto before = impl_->flush_to.load();
  while (before < target && !impl_->flush_to.compare_exchange_weak(before, target)) {
  }
  impl_->bell.ring();
  std::unique_lock lock(impl_->mutex);
  if (impl_->progress.wait_for(lock, patience, [&] { return impl_->all_done_to >= target; })) return {};
  const auto trouble = impl_->report.trouble();
  return fail(ErrorKind::unavailable, "not all that waits for {} is there after {:.1f} s{}",
              impl_->delivery->sink(), to_seconds(patience), trouble ? ": " + trouble->message : "");
}

DeliveryCounts Drain::counts() const {
  auto counts = impl_->report.counts();
  counts.dropped = impl_->spool->dropped();
  return counts;
}

}  // namespace kinesight::publish
