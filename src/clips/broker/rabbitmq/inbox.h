// Puts what a broker sends together from AMQP's frames: a method, then perhaps a header and the body's parts.
#pragma once

#include <amqp.h>

#include <optional>

#include "clips/broker/rabbitmq/connection.h"

namespace kinesight::clips::rabbitmq {

/// Longer bodies are cut: nobody's task is that long, and it must not fill the memory.
inline constexpr std::size_t kLongestBody = 16UL * 1024 * 1024;

/// Takes frame by frame.
class Inbox {
 public:
  /// What is complete with this frame, if something is. Error: the broker closes the connection or the
  /// channel, or cancelled the consumer because its queue is gone.
  Result<std::optional<Incoming>> take(const amqp_frame_t& frame);

 private:
  Result<std::optional<Incoming>> method(const amqp_method_t& method);
  std::optional<Incoming> header(const amqp_frame_t& frame);
  std::optional<Incoming> body(amqp_bytes_t part);
  std::optional<Incoming> complete();

  std::variant<std::monostate, Delivered, Returned> open_;
  std::uint64_t missing_ = 0;  ///< Bytes of the body that are yet to come.
};

}  // namespace kinesight::clips::rabbitmq
