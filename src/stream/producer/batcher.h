// Records in requests of many, each sent until it is taken, none again that was.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "base/backoff.h"
#include "base/clock.h"
#include "base/result.h"
#include "stream/producer/options.h"
#include "stream/producer/sink.h"

namespace kinesight::stream {

/// A record on its way.
struct Outgoing {
  std::string key;  ///< 1 to 256 characters.
  std::string data;
  std::uint64_t place = 0;  ///< In the spool that it was read from.
};

/// Whether Kinesis can take `record` at all. Error: invalid.
Result<> sendable(const Outgoing& record);

/// The waits that `options` say, of records that are not taken.
BackoffPolicy backoff_policy(const ProducerOptions& options);

/// What became of records so far.
struct ProducerCounts {
  std::uint64_t taken = 0;        ///< Records.
  std::uint64_t taken_bytes = 0;  ///< Keys and data of these.
  std::uint64_t retried = 0;      ///< Records in a request again, once for each time.
  std::uint64_t throttled = 0;    ///< Answers that said so, of records and of whole requests.
  /// Records that were in a request whose fate nobody knows: they are sent again, and may come twice.
  std::uint64_t uncertain = 0;
  std::uint64_t requests = 0;
  std::uint64_t given_up = 0;  ///< Records that were tried for give_up_seconds.
  std::uint64_t refused = 0;   ///< Records that Kinesis cannot take: too long, or a key that is none.

  ProducerCounts& operator+=(const ProducerCounts& other);
};

/// Told of each record that is given up or refused, and why.
using OnFailed = std::function<void(const Outgoing& record, const Error& why)>;
/// Told of the records that a request put into the stream, by their places, before there is another request.
using OnTaken = std::function<void(std::span<const std::uint64_t> places)>;

/// Sends records in the order they came, in one request at a time. For one thread; `sink` and `clock` outlive
/// it.
///
/// Of an answer each record is treated by itself: what was taken is done, the rest goes into the next
/// request, before what came later. While nothing is taken, the waits between requests double. With
/// strict_order a request has a key's oldest record alone, so that a record that is not taken holds back
/// those of its key behind it, and no others.
class Batcher {
 public:
  Batcher(const ProducerOptions& options, RecordSink& sink, Clock& clock, Rng rng, OnFailed on_failed,
          OnTaken on_taken = {});

  /// Takes a record, and sends one request when there are enough for one; as many as it takes while
  /// buffer_records wait. Errors: those of a whole request that no other try will mend (invalid, denied,
  /// not_found, corrupt), and cancelled; what waits still waits.
  Result<> add(Outgoing record, const std::stop_token& stop) {
    return add(std::move(record), clock_.steady(), stop);
  }
  /// The same of a record that has waited since then.
  Result<> add(Outgoing record, Clock::Steady since, const std::stop_token& stop);
  /// Sends one request of what waits, full or not. Errors: as add().
  Result<> send(const std::stop_token& stop);
  /// Sends until nothing waits. Errors: as add().
  Result<> flush(const std::stop_token& stop);

  /// When the oldest record has waited for linger_ms, and send() is due; nothing when none waits.
  std::optional<Clock::Steady> due() const;
  std::size_t waiting() const { return waiting_.size(); }
  const ProducerCounts& counts() const { return counts_; }

 private:
  struct Waiting {
    Outgoing record;
    Clock::Steady since;
    std::optional<Clock::Steady> first_try{};
    std::size_t bytes() const { return record.key.size() + record.data.size(); }
  };

  bool refuse(const Outgoing& record);
  std::vector<std::size_t> choose();
  Result<> settle(const std::vector<std::size_t>& chosen, const std::vector<aws::PutOutcome>& outcomes);
  Result<> settle(const std::vector<std::size_t>& chosen, const aws::CallError& failed);
  /// What was not taken is tried again, or given up when its time is over.
  bool keep(const Waiting& waiting, const Error& why);
  void remove(const std::vector<std::size_t>& chosen, const std::vector<bool>& gone);
  void wait_more(bool any_taken);

  const ProducerOptions options_;
  RecordSink& sink_;
  Clock& clock_;
  const OnFailed on_failed_;
  const OnTaken on_taken_;
  Backoff backoff_;
  std::vector<Waiting> waiting_;  ///< In the order they came. No deque: its memory would come and go.
  std::size_t waiting_bytes_ = 0;
  std::optional<Clock::Steady> not_before_;
  std::vector<aws::PutRecord> request_;             ///< Its memory is used again.
  std::vector<std::uint64_t> places_;               ///< As well.
  std::unordered_set<std::string_view> seen_keys_;  ///< While a request is chosen.
  ProducerCounts counts_;
};

}  // namespace kinesight::stream
