// From a source into a stream: records are read, stamped and sent.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>

#include "base/clock.h"
#include "base/result.h"
#include "base/rng.h"
#include "stream/producer/aggregating_sink.h"
#include "stream/producer/lanes.h"
#include "stream/producer/options.h"
#include "stream/producer/record_spool.h"
#include "stream/producer/spooler.h"
#include "stream/record/stamp.h"
#include "stream/sources/source.h"

namespace kinesight::stream {

/// How a Producer works.
struct ProducerSettings {
  ProducerOptions options;  ///< What `broken` says is the source's own is `refuse` here.
  RecordOptions record;
  std::optional<double> rate{};          ///< Records a second at most.
  std::optional<std::uint64_t> count{};  ///< Records to read at most, refused ones among them.
  std::optional<double> seconds{};       ///< For which it reads at most.
};

/// How far a Producer is. Each record that was read, or resumed, is in one of: sent.taken, sent.refused,
/// sent.given_up, refused, waiting.
struct ProducerProgress {
  std::uint64_t resumed = 0;  ///< An earlier process left them in the spool.
  /// Of this process. With a spool: those that are safe in it, or refused.
  std::uint64_t read = 0;
  std::uint64_t refused = 0;  ///< Could not be read or stamped.
  std::uint64_t broken = 0;   ///< Could not be stamped, and went on as they are.
  std::uint64_t waiting = 0;  ///< Read and not sent (yet).
  std::uint64_t unkept = 0;   ///< In hand, neither read nor waiting: not in the spool (yet).
  ProducerCounts sent{};
};

/// Sends what a source gives, once. Memory is bounded: while the sink takes no more, nothing is read. With a
/// spool it goes on reading until that is full, gives nothing up, and sends what an earlier process left in
/// it first.
class Producer {
 public:
  /// Told of each record that is not sent, where it came from and why; by one thread at a time.
  using OnLost = std::function<void(const Error& why)>;

  /// `source`, `sink`, `clock` and `spool`, if there is one, outlive it.
  Producer(ProducerSettings settings, RecordSource& source, RecordSink& sink, Clock& clock, Rng rng,
           OnLost on_lost, RecordSpool* spool = nullptr);

  /// Reads and sends until the source has no more, or as the settings have it, and returns when nothing
  /// waits. After `stop` it reads no more, and has stop_seconds for what waits. Errors: what ended the
  /// source or, as Batcher::add(), the sink; cancelled when something waits still.
  Result<> run(const std::stop_token& stop);

  /// At any time, from any thread.
  ProducerProgress progress() const;

 private:
  Result<> read(const std::stop_token& stop, const std::stop_token& over);
  Result<> read_all(const std::stop_token& enough, const std::stop_token& over);
  Result<> pass_on(Outgoing record, const std::stop_token& over);
  Result<> send_all(const std::stop_token& over);
  std::optional<Outgoing> prepare(std::string&& record);
  void refuse(const Error& why);
  void tell(const Error& why);

  const ProducerSettings settings_;
  RecordSource& source_;
  Clock& clock_;
  const OnLost on_lost_;
  std::mutex telling_;
  Parser parser_;
  std::atomic<std::uint64_t> read_{0}, refused_{0}, broken_{0};
  AggregatingSink aggregating_;
  RecordSpool* const spool_;
  const std::uint64_t resumed_;
  Lanes lanes_;
  std::optional<Spooler> spooler_;  // The last member: its threads use those above, and so do the lanes'.
};

}  // namespace kinesight::stream
