// Answers: what a sink said about the entries of a request becomes what is done with them.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "publish/outbox/drain.h"
#include "publish/outbox/jitter.h"
#include "publish/outbox/requests.h"
#include "publish/outbox/schedule.h"
#include "publish/outbox/sink_report.h"
#include "publish/outbox/spool.h"
#include "publish/outbox/window.h"

namespace kinesight::publish::outbox {

/// Settles what is delivered or refused for good; puts back what is not, and pauses its key, or the part of
/// the sink that throttled it. Used by one thread.
class Answers {
 public:
  /// What it works on; all outlive it.
  struct Tools {
    Window& window;
    Schedule& schedule;
    Spool& spool;
    SinkReport& report;
    Jitter& jitter;
    Clock& clock;
    const DrainPolicy& policy;
  };
  explicit Answers(Tools tools) : tools_(tools) {}

  void apply(const Request& request);

 private:
  void apply_key(const Request& request, std::size_t begin, std::size_t end);
  bool is_done(Slot slot, const Outcome& outcome);
  bool bury(const Item& item, const Error& error);
  void keep_for_later(Slot slot, const Outcome& outcome);
  Clock::Duration key_pause(Schedule::Key key, const Error* failure);
  void pause_throttled();

  Tools tools_;
  // Of the request at hand; kept to save the allocations.
  Clock::Steady now_{};
  std::int64_t now_ms_ = 0;
  SentCounts sent_;
  std::vector<Slot> finished_;
  std::vector<Slot> back_;
  std::vector<std::uint64_t> delivered_;
  std::vector<std::uint64_t> again_;
  std::vector<std::pair<Schedule::Part, Error>> throttled_;
  std::optional<Error> bury_error_;
};

}  // namespace kinesight::publish::outbox
