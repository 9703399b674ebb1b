#include "clips/broker/rabbitmq/pump.h"

#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>

#include "telemetry/happenings.h"

namespace kinesight::clips::rabbitmq {
namespace {

/// A connection that lasted so long was a good one: after it the pauses begin anew.
constexpr Clock::Duration kGood = std::chrono::seconds(5);
constexpr Clock::Duration kGoodbye = std::chrono::seconds(2);

/// How long the thread may sleep at a time, so that heartbeats go out and missing ones are noticed.
Clock::Duration longest_sleep(const RabbitMqOptions& options) {
  return std::min(seconds_duration(options.heartbeat_seconds / 4.0),
                  Clock::Duration(std::chrono::seconds(1)));
}

}  // namespace

Wake::Wake() : descriptor_(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) {}

Wake::~Wake() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

void Wake::signal() const { ::eventfd_write(descriptor_, 1); }

void Wake::clear() const {
  eventfd_t count = 0;
  ::eventfd_read(descriptor_, &count);
}

Pump::Pump(std::string name, const RabbitMqOptions& options, Role& role, Clock& clock,
           telemetry::Telemetry telemetry)
    : name_(std::move(name)),
      options_(options),
      role_(role),
      clock_(clock),
      telemetry_(telemetry),
      backoff_(
          {.initial_seconds = options.backoff_initial_seconds, .max_seconds = options.backoff_max_seconds},
          Rng::from_entropy()),
      worker_("rmq " + name_, [this](std::stop_token stop) { run(std::move(stop)); }) {}

Pump::~Pump() {
  worker_.request_stop();
  if (!worker_.wait(kGoodbye)) lifeline_.cut();
}

void Pump::run(std::stop_token stop) {
  telemetry_.emit(telemetry::BrokerConnecting{name_});
  const std::stop_callback on_stop(stop, [this] { wake_.signal(); });
  while (!stop.stop_requested()) {
    const auto begun = clock_.steady();
    const Error error = serve_one(stop);
    connected_ = false;
    role_.lost(error);
    if (stop.stop_requested()) break;
    if (clock_.steady() - begun > kGood) backoff_.reset();
    const auto pause = backoff_.next();
    telemetry_.emit(telemetry::BrokerLost{name_, error, to_seconds(pause)});
    clock_.wait_for(pause, stop);
  }
  telemetry_.emit(telemetry::BrokerLeft{name_});
}

/// From one connection's beginning to its end, and why it ended.
Error Pump::serve_one(std::stop_token stop) {
  auto connection = Connection::open(options_, name_, lifeline_);
  if (!connection) return connection.error();
  if (auto done = role_.set_up(**connection); !done) return done.error();
  const BrokerFacts& broker = (*connection)->broker();
  connected_ = true;
  telemetry_.emit(telemetry::BrokerConnected{name_, broker.product + " " + broker.version, broker.cluster});
  if (auto done = serve(**connection, stop); !done) return done.error();
  return {ErrorKind::cancelled, "asked to stop"};
}

Result<> Pump::serve(Connection& connection, std::stop_token stop) {
  for (;;) {
    const bool last = stop.stop_requested();  // What came before the stop is still sent.
    wake_.clear();
    if (auto done = read_all(connection); !done) return done;
    const auto more = role_.send(connection);
    if (!more) return std::unexpected(more.error());
    if (*more) continue;
    if (last) return {};
    connection.wait(wake_.descriptor(), longest_sleep(options_));
  }
}

Result<> Pump::read_all(Connection& connection) {
  for (;;) {
    auto incoming = connection.read();
    if (!incoming) return std::unexpected(incoming.error());
    if (!*incoming) return {};
    note(**incoming);
    role_.take(*std::move(*incoming));
  }
}

void Pump::note(const Incoming& incoming) const {
  if (const auto* blocked = std::get_if<Blocked>(&incoming))
    telemetry_.emit(telemetry::BrokerBlocked{name_, blocked->reason});
  if (std::holds_alternative<Unblocked>(incoming)) telemetry_.emit(telemetry::BrokerUnblocked{name_});
}

}  // namespace kinesight::clips::rabbitmq
