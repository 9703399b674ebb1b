// The clip service's dead letters: what is in their queue, and what is to become of it. For tools: nothing is
// kept between two calls.
#pragma once

#include <cstddef>
#include <functional>
#include <set>
#include <stop_token>
#include <string>

#include "base/clock.h"
#include "base/result.h"
#include "clips/broker/broker.h"

namespace kinesight::clips {

/// A dead letter as people are shown it. Its texts come from strangers and may hold anything.
struct DeadLetter {
  std::string id;          ///< The message's own, or the beginning of a digest of its body and headers.
  std::string camera_id;   ///< Empty: the body says none.
  std::string process_id;  ///< As the body says it; empty: it says none.
  std::string reason;      ///< An ErrorKind's name; empty, as the next three: not we put it there.
  std::string step;
  std::string error;
  std::string failed_at;
  int deliveries = 0;       ///< How often it was handed out without being settled.
  std::uint64_t bytes = 0;  ///< Of the whole body.
  std::string payload;      ///< The body, or what of it came (16 MiB).
};
/// What a message of the queue says; never fails, whatever its body is.
DeadLetter read_dead_letter(const Message& message);

/// Which ones: those with an id among `ids`, or, when there are none in it, all.
using DeadLetterIds = std::set<std::string>;

/// Looks through a queue from its front to its end. What it looks at and does not remove, it holds until it
/// returns and gives back then, errors or not, marked as redelivered: to its place in a classic queue, to the
/// end of a quorum queue, which also counts that towards its delivery limit where it has one. Should the
/// process be killed the broker gives it back. Used by one thread.
class DeadLetterQueue {
 public:
  /// Unsettled messages that a walk may hold at once: the consumer's prefetch must be so many.
  static constexpr std::size_t kMostHeld = 10'000;

  struct Options {
    std::size_t ready = 0;  ///< Messages in the queue: it ends after so many, whatever comes in meanwhile.
    Clock::Duration patience = std::chrono::seconds(10);  ///< For the next message: somebody may have it.
  };
  DeadLetterQueue(Consumer& consumer, const Options& options) : consumer_(consumer), options_(options) {}

  /// Shows the first `limit` letters to `show`. Errors of all calls: unavailable (the connection was lost),
  /// cancelled; here also those of `show`.
  Result<std::size_t> list(std::size_t limit, const std::function<Result<>(const DeadLetter&)>& show,
                           std::stop_token stop);

  /// Puts letters into the queue `tasks` without what we noted on them, and removes each when it is confirmed
  /// there; how many. Killed between the two, or when the removal gets lost, the letter stays and its task
  /// comes twice: the processor makes one object and, as a rule, one message of both. Headers that are
  /// neither texts, numbers nor truths (RabbitMQ's x-death) are lost. Errors also: the publisher's; invalid
  /// (a letter of more than 16 MiB came cut). What was sent before stays sent.
  Result<std::size_t> retry(const DeadLetterIds& ids, Publisher& publisher, const std::string& tasks,
                            Clock::Duration confirm, std::stop_token stop);

  /// Removes letters for good; how many.
  Result<std::size_t> drop(const DeadLetterIds& ids, std::stop_token stop);

 private:
  /// What becomes of a letter that was looked at.
  enum class Fate { held, removed };
  Result<> walk(std::size_t most, const std::function<Result<Fate>(const Message&)>& look,
                std::stop_token stop);
  Result<std::size_t> remove(const DeadLetterIds& ids, const std::function<Result<>(const Message&)>& first,
                             std::stop_token stop);

  Consumer& consumer_;
  const Options options_;
};

}  // namespace kinesight::clips
