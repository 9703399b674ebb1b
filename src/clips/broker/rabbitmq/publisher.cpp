#include "clips/broker/rabbitmq/publisher.h"

#include <condition_variable>
#include <deque>
#include <map>
#include <mutex>
#include <optional>

#include "clips/broker/rabbitmq/pump.h"
#include "telemetry/happenings.h"

namespace kinesight::clips {
namespace {

using namespace rabbitmq;

constexpr std::size_t kMostOnTheWay = 256;
constexpr int kAtOnce = 16;  ///< Sent between two looks at what came.

/// A message on its way, and the caller who waits for it.
struct Ticket {
  Ticket(const std::string& to, const Message& what, Clock::Steady now)
      : queue(to), message(what), begun(now) {}
  const std::string queue;
  const Message message;
  const Clock::Steady begun;
  std::optional<std::string> returned{};
  bool abandoned = false;  ///< Nobody waits for its answer any longer.
  std::optional<Result<>> result{};
  std::condition_variable_any settled{};
};
using TicketPointer = std::shared_ptr<Ticket>;

constexpr std::string_view kUnknown = "the queue may have the message or not";

}  // namespace

class RabbitMqPublisher::Impl final : public Role {
 public:
  Impl(const RabbitMqOptions& options, Clock& clock, telemetry::Telemetry telemetry)
      : clock_(clock), telemetry_(telemetry), pump_("publisher", options, *this, clock, telemetry) {}

  Result<> publish(const std::string& queue, const Message& message, Clock::Duration patience,
                   std::stop_token stop);
  bool connected() const { return pump_.connected(); }

  Result<> set_up(Connection& connection) override;
  Result<bool> send(Connection& connection) override;
  void take(Incoming incoming) override;
  void lost(const Error& error) override;

 private:
  std::optional<std::uint64_t> take_up(TicketPointer& ticket);
  void take(const Confirmed& confirmed);
  void settle(Ticket& ticket, std::string_view outcome, Result<> result);
  Result<> give_up(const TicketPointer& ticket, Clock::Duration patience, const std::stop_token& stop);
  std::string hindrance() const;

  Clock& clock_;
  const telemetry::Telemetry telemetry_;
  mutable std::mutex mutex_;
  std::condition_variable_any room_;
  std::deque<TicketPointer> waiting_;                  ///< Not sent yet.
  std::map<std::uint64_t, TicketPointer> on_the_way_;  ///< Sent on this connection, by their tags.
  std::uint64_t next_tag_ = 1;
  std::optional<std::string> blocked_;
  std::optional<Error> trouble_ = Error{ErrorKind::unavailable, "not connected yet"};
  Pump pump_;  // The last member: its thread uses the others.
};

Result<> RabbitMqPublisher::Impl::publish(const std::string& queue, const Message& message,
                                          Clock::Duration patience, std::stop_token stop) {
  if (auto sound = check_message(queue, message); !sound) return sound;
  const auto now = clock_.steady();
  const auto ticket = std::make_shared<Ticket>(queue, message, now);
  std::unique_lock lock(mutex_);
  const bool room = room_.wait_until(lock, stop, now + patience,
                                     [this] { return waiting_.size() + on_the_way_.size() < kMostOnTheWay; });
  if (!room || stop.stop_requested()) return give_up(ticket, patience, stop);
  waiting_.push_back(ticket);
  pump_.wake();
  if (ticket->settled.wait_until(lock, stop, now + patience, [&] { return ticket->result.has_value(); }))
    return *ticket->result;
  return give_up(ticket, patience, stop);
}

/// What the caller is told when it waits no longer. What was not sent will not be.
Result<> RabbitMqPublisher::Impl::give_up(const TicketPointer& ticket, Clock::Duration patience,
                                          const std::stop_token& stop) {
  const bool sent =
      std::ranges::any_of(on_the_way_, [&](const auto& entry) { return entry.second == ticket; });
  if (std::erase(waiting_, ticket) > 0) room_.notify_one();
  const double waited = to_seconds(patience);
  if (!sent) {
    telemetry_.emit(telemetry::BrokerPublished{"unsent", ticket->queue});
    if (stop.stop_requested()) return fail(ErrorKind::cancelled, "asked to stop before the message was sent");
    return fail(ErrorKind::unavailable, "the message for {} could not be sent within {} s: {}", ticket->queue,
                waited, hindrance());
  }
  ticket->abandoned = true;
  telemetry_.emit(telemetry::BrokerPublished{"unknown", ticket->queue});
  if (stop.stop_requested())
    return fail(ErrorKind::cancelled, "asked to stop before RabbitMQ confirmed the message; {}", kUnknown);
  return fail(ErrorKind::unavailable, "RabbitMQ did not confirm a message for {} within {} s ({}); {}",
              ticket->queue, waited, hindrance(), kUnknown);
}

/// Why messages are not sent now.
std::string RabbitMqPublisher::Impl::hindrance() const {
  if (trouble_) return trouble_->message;
  if (blocked_) return "RabbitMQ takes no messages now: " + *blocked_;
  return fmt::format("{} messages are on their way", on_the_way_.size() + waiting_.size());
}

Result<> RabbitMqPublisher::Impl::set_up(Connection& connection) {
  if (auto done = connection.select_confirms(); !done) return done;
  std::lock_guard lock(mutex_);
  trouble_.reset();
  return {};
}

/// Moves the next message from those that wait to those that are on their way.
std::optional<std::uint64_t> RabbitMqPublisher::Impl::take_up(TicketPointer& ticket) {
  std::lock_guard lock(mutex_);
  if (blocked_ || waiting_.empty()) return std::nullopt;
  ticket = std::move(waiting_.front());
  waiting_.pop_front();
  on_the_way_[next_tag_] = ticket;
  return next_tag_++;
}

Result<bool> RabbitMqPublisher::Impl::send(Connection& connection) {
  for (int i = 0; i < kAtOnce; ++i) {
    TicketPointer ticket;
    const auto tag = take_up(ticket);
    if (!tag) return false;
    if (auto done = connection.publish(ticket->queue, ticket->message, *tag); !done)
      return std::unexpected(done.error());
  }
  return true;
}

void RabbitMqPublisher::Impl::take(Incoming incoming) {
  std::lock_guard lock(mutex_);
  if (const auto* confirmed = std::get_if<Confirmed>(&incoming)) {
    take(*confirmed);
  } else if (const auto* returned = std::get_if<Returned>(&incoming)) {
    const auto found = on_the_way_.find(returned->tag);
    if (found != on_the_way_.end()) found->second->returned = returned->reason;
  } else if (const auto* blocked = std::get_if<Blocked>(&incoming)) {
    blocked_ = blocked->reason;
  } else if (std::holds_alternative<Unblocked>(incoming)) {
    blocked_.reset();
  }
}

void RabbitMqPublisher::Impl::take(const Confirmed& confirmed) {
  auto begin = confirmed.multiple ? on_the_way_.begin() : on_the_way_.find(confirmed.tag);
  const auto end = on_the_way_.upper_bound(confirmed.tag);
  while (begin != on_the_way_.end() && begin != end) {
    Ticket& ticket = *begin->second;
    if (!confirmed.taken) {
      settle(ticket, "refused",
             fail(ErrorKind::unavailable, "RabbitMQ refused a message for {}: the queue is full or failed",
                  ticket.queue));
    } else if (ticket.returned) {
      settle(ticket, "returned",
             fail(ErrorKind::invalid, "there is no queue named {} (RabbitMQ returned the message: {})",
                  ticket.queue, *ticket.returned));
    } else {
      settle(ticket, "confirmed", {});
    }
    begin = on_the_way_.erase(begin);
  }
  room_.notify_all();
}

void RabbitMqPublisher::Impl::settle(Ticket& ticket, std::string_view outcome, Result<> result) {
  if (ticket.abandoned) return;
  telemetry_.emit(telemetry::BrokerPublished{std::string(outcome), ticket.queue,
                                             to_seconds(clock_.steady() - ticket.begun)});
  ticket.result = std::move(result);
  ticket.settled.notify_all();
}

void RabbitMqPublisher::Impl::lost(const Error& error) {
  std::lock_guard lock(mutex_);
  for (const auto& [tag, ticket] : on_the_way_) {
    settle(*ticket, "unknown",
           fail(ErrorKind::unavailable,
                "the connection was lost before RabbitMQ confirmed a message for {} ({}); {}", ticket->queue,
                error.message, kUnknown));
  }
  on_the_way_.clear();
  next_tag_ = 1;
  blocked_.reset();
  trouble_ = error;
  room_.notify_all();
}

RabbitMqPublisher::RabbitMqPublisher(const RabbitMqOptions& options, Clock& clock,
                                     telemetry::Telemetry telemetry)
    : impl_(std::make_unique<Impl>(options, clock, telemetry)) {}

RabbitMqPublisher::~RabbitMqPublisher() = default;

Result<> RabbitMqPublisher::publish(const std::string& queue, const Message& message,
                                    Clock::Duration patience, std::stop_token stop) {
  return impl_->publish(queue, message, patience, std::move(stop));
}

bool RabbitMqPublisher::connected() const { return impl_->connected(); }

}  // namespace kinesight::clips
