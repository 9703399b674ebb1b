// The message broker as the clip service sees it: tasks come in, messages go out, and nothing is done with
// until it is confirmed. Implemented by rabbitmq/; tests have one that fails when told to.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <stop_token>
#include <string>

#include "base/clock.h"
#include "base/result.h"

namespace kinesight::clips {

/// A message. It is always sent persistent, with content type application/json.
struct Message {
  std::string body;
  /// Of what is read: texts, and numbers and truths as texts ("3", "true"); others are left out.
  std::map<std::string, std::string> headers;
  std::string message_id;       ///< Empty: none.
  std::uint64_t cut_bytes = 0;  ///< Of what is read: so many more bytes had the body (it is above 16 MiB).
};

/// A message that a queue handed out, until it is settled.
struct Delivery {
  Message message;
  bool redelivered = false;  ///< Somebody had it before and did not settle it.
  std::uint64_t tag = 0;
  std::uint64_t connection = 0;  ///< Which of the consumer's connections it came by: tags die with theirs.
};

/// Puts messages into queues. Safe for any number of threads.
class Publisher {
 public:
  virtual ~Publisher() = default;

  /// Returns when the broker has confirmed that `queue` has the message. Errors: invalid (there is no such
  /// queue: the message came back), unavailable (no connection, no confirm within `patience`, the broker
  /// refused it or is blocked by an alarm: the queue may have it or not), cancelled.
  virtual Result<> publish(const std::string& queue, const Message& message, Clock::Duration patience,
                           std::stop_token stop) = 0;
};

/// Takes messages of one queue. Safe for any number of threads: what one of them took another may settle.
class Consumer {
 public:
  virtual ~Consumer() = default;

  /// The next message; nothing when none has come within `patience`. While there is no connection it waits
  /// for one. Error: cancelled.
  virtual Result<std::optional<Delivery>> next(Clock::Duration patience, std::stop_token stop) = 0;

  /// The message is done with. False when its connection has gone (the broker hands it out again) or it
  /// is settled already. True is no promise: should the connection go now, it is handed out again too.
  virtual bool acknowledge(const Delivery& delivery) = 0;
  /// Somebody (perhaps we again) shall have it: at once, when this consumer ends.
  virtual bool give_back(const Delivery& delivery) = 0;
};

}  // namespace kinesight::clips
