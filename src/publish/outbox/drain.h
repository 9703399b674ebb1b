// Drain: takes entries from a spool and gets them into a sink, in order per key, at least once, with backoff.
#pragma once

#include <memory>

#include "base/clock.h"
#include "base/rng.h"
#include "publish/outbox/delivery.h"
#include "publish/outbox/spool.h"
#include "telemetry/telemetry.h"

namespace kinesight::publish {

/// How a drain tries again.
struct DrainPolicy {
  int max_retries =
      3;  ///< Quick tries of one round; after them the sink counts as away, and slow tries go on.
  int base_backoff_ms = 100;  ///< Full jitter: rand(0, base x 2^n).
  int max_backoff_ms = 20'000;
  int refusals = 3;  ///< Tries of an entry that the sink refuses, before it is a dead letter.
  std::size_t window_entries =
      8192;  ///< Read ahead of the oldest that is not done: what slow keys may hold up.
  std::size_t window_bytes = 32 * 1024 * 1024;  ///< Of payload.
};

/// Runs on threads of its own (one, and `in_flight` for the requests) from its making to its end.
///
/// - A batch goes out when it is full, or when its oldest entry has waited for `linger`.
/// - A key whose entry failed waits, and with it later entries of that key that have not been sent; other
/// keys go on.
///   Throttling makes all keys wait that the same part of the sink (a shard) takes.
/// - A request that failed as a whole makes the whole sink wait. After max_retries the sink is reported away
/// (health:
///   degraded, with the reason; publisher_failures_total) until a request goes through.
/// - An entry that is refused `refusals` times is buried.
class Drain {
 public:
  Drain(std::unique_ptr<Spool> spool, std::unique_ptr<Delivery> delivery, DrainPolicy policy,
        telemetry::Telemetry telemetry, Clock& clock, Rng rng);
  /// Stops: lets requests in flight end (they have time-outs; cancelled after `kGrace`), sends nothing more.
  ~Drain();

  const Delivery& delivery() const;
  /// Sends what waits at once, without lingering, and waits until all that was there at the call is done
  /// (delivered or buried). Error: unavailable when it is not within `patience`; what is left stays in the
  /// spool.
  Result<> flush(Clock::Duration patience);
  DeliveryCounts counts() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace kinesight::publish
