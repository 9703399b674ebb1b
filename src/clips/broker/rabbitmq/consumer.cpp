#include "clips/broker/rabbitmq/consumer.h"

#include <condition_variable>
#include <deque>
#include <mutex>
#include <set>
#include <vector>

#include "clips/broker/rabbitmq/pump.h"
#include "telemetry/happenings.h"

namespace kinesight::clips {

using namespace rabbitmq;

class RabbitMqConsumer::Impl final : public Role {
 public:
  Impl(const RabbitMqOptions& options, std::string queue, Clock& clock, telemetry::Telemetry telemetry)
      : queue_(std::move(queue)),
        prefetch_(options.prefetch),
        telemetry_(telemetry),
        pump_("consumer", options, *this, clock, telemetry) {}

  Result<std::optional<Delivery>> next(Clock::Duration patience, std::stop_token stop);
  bool settle(const Delivery& delivery, Settling how);
  bool connected() const { return pump_.connected(); }

  Result<> set_up(Connection& connection) override;
  Result<bool> send(Connection& connection) override;
  void take(Incoming incoming) override;
  void lost(const Error& error) override;

 private:
  struct Settlement {
    std::uint64_t tag = 0;
    Settling how = Settling::done;
  };

  const std::string queue_;
  const int prefetch_;
  const telemetry::Telemetry telemetry_;
  std::mutex mutex_;
  std::condition_variable_any arrived_;
  std::deque<Delivery> ready_;           ///< At most prefetch_: the broker sends no more.
  std::set<std::uint64_t> unsettled_;    ///< Tags of this connection that nothing was said about.
  std::vector<Settlement> settlements_;  ///< That the broker is yet to be told.
  std::uint64_t connection_ = 1;         ///< Counts up with each connection that is lost.
  Pump pump_;                            // The last member: its thread uses the others.
};

Result<std::optional<Delivery>> RabbitMqConsumer::Impl::next(Clock::Duration patience, std::stop_token stop) {
  std::unique_lock lock(mutex_);
  const bool there = arrived_.wait_for(lock, stop, patience, [this] { return !ready_.empty(); });
  if (stop.stop_requested()) return fail(ErrorKind::cancelled, "asked to stop");
  if (!there) return std::nullopt;
  std::optional<Delivery> delivery(std::move(ready_.front()));
  ready_.pop_front();
  return delivery;
}

bool RabbitMqConsumer::Impl::settle(const Delivery& delivery, Settling how) {
  {
    std::lock_guard lock(mutex_);
    if (delivery.connection != connection_ || unsettled_.erase(delivery.tag) == 0) return false;
    settlements_.push_back({delivery.tag, how});
  }
  pump_.wake();
  return true;
}

Result<> RabbitMqConsumer::Impl::set_up(Connection& connection) {
  if (auto done = connection.consume(queue_, prefetch_); !done)
    return wrap(done.error(), "the queue " + queue_);
  return {};
}

Result<bool> RabbitMqConsumer::Impl::send(Connection& connection) {
  std::vector<Settlement> settlements;
  {
    std::lock_guard lock(mutex_);
    settlements.swap(settlements_);
  }
  for (const Settlement& settlement : settlements) {
    if (auto done = connection.settle(settlement.tag, settlement.how); !done)
      return std::unexpected(done.error());
  }
  return false;
}

void RabbitMqConsumer::Impl::take(Incoming incoming) {
  auto* const delivered = std::get_if<Delivered>(&incoming);
  if (!delivered) return;
  telemetry_.emit(telemetry::BrokerDelivered{delivered->redelivered});
  {
    std::lock_guard lock(mutex_);
    unsettled_.insert(delivered->tag);
    ready_.push_back({.message = std::move(delivered->message),
                      .redelivered = delivered->redelivered,
                      .tag = delivered->tag,
                      .connection = connection_});
  }
  arrived_.notify_one();
}

void RabbitMqConsumer::Impl::lost(const Error&) {
  std::lock_guard lock(mutex_);
  ready_.clear();
  unsettled_.clear();
  settlements_.clear();
  ++connection_;
}

RabbitMqConsumer::RabbitMqConsumer(const RabbitMqOptions& options, std::string queue, Clock& clock,
                                   telemetry::Telemetry telemetry)
    : impl_(std::make_unique<Impl>(options, std::move(queue), clock, telemetry)) {}

RabbitMqConsumer::~RabbitMqConsumer() = default;

Result<std::optional<Delivery>> RabbitMqConsumer::next(Clock::Duration patience, std::stop_token stop) {
  return impl_->next(patience, std::move(stop));
}

bool RabbitMqConsumer::acknowledge(const Delivery& delivery) {
  return impl_->settle(delivery, Settling::done);
}

bool RabbitMqConsumer::give_back(const Delivery& delivery) {
  return impl_->settle(delivery, Settling::give_back);
}

bool RabbitMqConsumer::connected() const { return impl_->connected(); }

}  // namespace kinesight::clips
