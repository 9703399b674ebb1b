// The one thread of a connection to RabbitMQ: it connects, for ever again, sends what its role has to send,
// hands over what comes, and keeps the heartbeat going while everybody else is busy.
#pragma once

#include <atomic>
#include <string>

#include "base/backoff.h"
#include "base/worker.h"
#include "clips/broker/rabbitmq/connection.h"
#include "telemetry/telemetry.h"

namespace kinesight::clips::rabbitmq {

/// What a connection is for. All but the constructor is called on the pump's thread.
class Role {
 public:
  virtual ~Role() = default;

  /// The connection is new: asks it for what this role needs.
  virtual Result<> set_up(Connection& connection) = 0;
  /// Sends some of what is to be sent; whether there is more.
  virtual Result<bool> send(Connection& connection) = 0;
  virtual void take(Incoming incoming) = 0;
  /// The connection is gone, and all that was not answered with it.
  virtual void lost(const Error& error) = 0;
};

/// A descriptor that a thread can wait for together with a socket, and another one can make ready.
class Wake {
 public:
  Wake();
  ~Wake();
  Wake(const Wake&) = delete;
  Wake& operator=(const Wake&) = delete;

  void signal() const;
  void clear() const;
  int descriptor() const { return descriptor_; }

 private:
  int descriptor_;
};

/// Runs a role. The role must outlive it.
class Pump {
 public:
  Pump(std::string name, const RabbitMqOptions& options, Role& role, Clock& clock,
       telemetry::Telemetry telemetry);
  /// Sends what is to be sent still and closes the connection; cuts it where that takes more than two
  /// seconds (a broker that does not answer).
  ~Pump();

  /// There is something to send.
  void wake() const { wake_.signal(); }
  bool connected() const { return connected_.load(); }

 private:
  void run(std::stop_token stop);
  Error serve_one(std::stop_token stop);
  Result<> serve(Connection& connection, std::stop_token stop);
  Result<> read_all(Connection& connection);
  void note(const Incoming& incoming) const;

  const std::string name_;
  const RabbitMqOptions options_;
  Role& role_;
  Clock& clock_;
  const telemetry::Telemetry telemetry_;
  Backoff backoff_;
  Wake wake_;
  Lifeline lifeline_;
  std::atomic<bool> connected_ = false;
  Worker worker_;  // The last member: its thread uses the others.
};

}  // namespace kinesight::clips::rabbitmq
