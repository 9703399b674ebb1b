// Delivery: how entries get into one sink. The outbox decides what is sent when; a delivery sends it and
// says, entry by entry, what became of it.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "publish/outbox/entry.h"
#include "publish/totals.h"

namespace kinesight::publish {

/// What became of an entry.
enum class Verdict {
  delivered,
  unwanted,   ///< The sink's filters let it not through: it is done, and was not sent.
  again,      ///< Not in the sink; the same entry may go through later.
  throttled,  ///< As `again`, because a part of the sink (`part`) is asked too often.
  refused,    ///< The sink will never take it: a poison entry.
};

/// Verdict and reason for one entry.
struct Outcome {
  Verdict verdict = Verdict::delivered;
  std::string part{};      ///< The part of the sink that took or throttled it (a shard); empty when unknown.
  bool uncertain = false;  ///< With `again`: it may be in the sink all the same.
  Error error{};           ///< Why, unless delivered.
};

/// What became of a request.
struct BatchResult {
  std::vector<Outcome>
      outcomes{};  ///< One for each entry of the batch, in its order; empty when `whole` is set.
  /// The request failed as a whole: unavailable, throttled, denied, not_found (the sink is away: everything
  /// waits), or invalid (something in the batch is poison: it is sent in halves until it is found).
  std::optional<Error> whole{};
  bool uncertain = false;         ///< With `whole`: the entries may be in the sink all the same.
  Clock::Duration leave_alone{};  ///< With `whole`: for so long at least the sink asks for nothing more.
};

/// What a sink takes in one request.
struct BatchLimits {
  std::size_t entries = 1;
  std::size_t bytes = 0;      ///< By cost(); 0 for no limit.
  Clock::Duration linger{};   ///< How long a batch that is not full waits for more.
  int in_flight = 1;          ///< Requests at once. Entries of one key are never in two of them.
  bool one_per_key = false;   ///< A request holds at most one entry of a key: strict order.
  bool one_per_name = false;  ///< A request holds at most one entry of a name (DynamoDB).
};

/// Counts of what happened to one sink's entries, since the process began.
struct DeliveryCounts {
  std::uint64_t delivered = 0;  ///< Entries that are in the sink.
  std::uint64_t unwanted = 0;   ///< Entries that its filters did not let through.
  std::uint64_t retried = 0;    ///< Entries that were sent again.
  std::uint64_t requests = 0;   ///< Sent.
  std::uint64_t uncertain =
      0;                      ///< Entries sent again although they may have been in the sink: its duplicates.
  std::uint64_t dead = 0;     ///< Entries put among the dead letters.
  std::uint64_t dropped = 0;  ///< Entries that a full or damaged outbox lost before they were sent.
  std::uint64_t bytes = 0;    ///< Payload bytes of delivered entries.
};

/// One sink, as the outbox sees it. deliver() is called from `in_flight` threads at once.
class Delivery {
 public:
  virtual ~Delivery() = default;

  /// The name in configuration and in publisher_failures_total{sink}: "kds", "s3", "ddb".
  virtual std::string_view sink() const = 0;
  /// Which log it drains.
  virtual Stream stream() const = 0;
  virtual BatchLimits limits() const = 0;
  /// What `entry` takes of BatchLimits::bytes.
  virtual std::size_t cost(const Entry& entry) const { return entry.payload.size(); }
  /// Sends `batch` in one request (or in as few as the sink allows), and waits for the answer.
  virtual BatchResult deliver(std::span<const Entry* const> batch, std::stop_token stop) = 0;
  /// The counts under the names that the sink's final log line shows.
  virtual Totals totals(const DeliveryCounts& counts) const = 0;
};

}  // namespace kinesight::publish
