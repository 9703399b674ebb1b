#include "clips/broker/rabbitmq/inbox.h"

#include <amqp_framing.h>

#include <algorithm>
#include <charconv>

#include "clips/broker/rabbitmq/wire.h"

namespace kinesight::clips::rabbitmq {
namespace {

template <class Method>
const Method& as(const amqp_method_t& method) {
  return *static_cast<const Method*>(method.decoded);
}

std::uint64_t number_of(amqp_bytes_t bytes) {
  const std::string text = text_of(bytes);
  std::uint64_t number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

}  // namespace

Result<std::optional<Incoming>> Inbox::take(const amqp_frame_t& frame) {
  switch (frame.frame_type) {
    case AMQP_FRAME_METHOD:
      return method(frame.payload.method);
    case AMQP_FRAME_HEADER:
      return header(frame);
    case AMQP_FRAME_BODY:
      return body(frame.payload.body_fragment);
    default:
      return std::nullopt;
  }
}

Result<std::optional<Incoming>> Inbox::method(const amqp_method_t& method) {
  switch (method.id) {
    case AMQP_BASIC_DELIVER_METHOD: {
      const auto& deliver = as<amqp_basic_deliver_t>(method);
      open_ = Delivered{.tag = deliver.delivery_tag, .redelivered = deliver.redelivered != 0, .message = {}};
      return std::nullopt;
    }
    case AMQP_BASIC_RETURN_METHOD: {
      const auto& back = as<amqp_basic_return_t>(method);
      open_ = Returned{.reason = fmt::format("{} {}", back.reply_code, text_of(back.reply_text))};
      return std::nullopt;
    }
    case AMQP_BASIC_ACK_METHOD: {
      const auto& ack = as<amqp_basic_ack_t>(method);
      return Confirmed{.tag = ack.delivery_tag, .multiple = ack.multiple != 0};
    }
    case AMQP_BASIC_NACK_METHOD: {
      const auto& nack = as<amqp_basic_nack_t>(method);
      return Confirmed{.tag = nack.delivery_tag, .multiple = nack.multiple != 0, .taken = false};
    }
    case AMQP_CONNECTION_BLOCKED_METHOD:
      return Blocked{text_of(as<amqp_connection_blocked_t>(method).reason)};
    case AMQP_CONNECTION_UNBLOCKED_METHOD:
      return Unblocked{};
    case AMQP_BASIC_CANCEL_METHOD:
      return fail(ErrorKind::not_found, "RabbitMQ hands out no more messages of the queue: it was deleted");
    case AMQP_CHANNEL_CLOSE_METHOD: {
      const auto& close = as<amqp_channel_close_t>(method);
      return std::unexpected(closed_error(close.reply_code, close.reply_text));
    }
    case AMQP_CONNECTION_CLOSE_METHOD: {
      const auto& close = as<amqp_connection_close_t>(method);
      return std::unexpected(closed_error(close.reply_code, close.reply_text));
    }
    default:
      return std::nullopt;
  }
}

std::optional<Incoming> Inbox::header(const amqp_frame_t& frame) {
  const auto& properties = *static_cast<const amqp_basic_properties_t*>(frame.payload.properties.decoded);
  missing_ = frame.payload.properties.body_size;
  if (auto* delivered = std::get_if<Delivered>(&open_)) {
    Message& message = delivered->message;
    if (properties._flags & AMQP_BASIC_HEADERS_FLAG) message.headers = texts_of(properties.headers);
    if (properties._flags & AMQP_BASIC_MESSAGE_ID_FLAG) message.message_id = text_of(properties.message_id);
    message.body.reserve(std::min<std::uint64_t>(missing_, kLongestBody));
    message.cut_bytes = missing_ - std::min<std::uint64_t>(missing_, kLongestBody);
  } else if (auto* returned = std::get_if<Returned>(&open_)) {
    if (properties._flags & AMQP_BASIC_CORRELATION_ID_FLAG)
      returned->tag = number_of(properties.correlation_id);
  }
  return missing_ == 0 ? complete() : std::nullopt;
}

std::optional<Incoming> Inbox::body(amqp_bytes_t part) {
  if (auto* delivered = std::get_if<Delivered>(&open_)) {
    std::string& text = delivered->message.body;
    const std::size_t taken = std::min(part.len, kLongestBody - text.size());
    text.append(static_cast<const char*>(part.bytes), taken);
  }
  missing_ -= std::min<std::uint64_t>(missing_, part.len);
  return missing_ == 0 ? complete() : std::nullopt;
}

std::optional<Incoming> Inbox::complete() {
  std::optional<Incoming> whole;
  if (auto* delivered = std::get_if<Delivered>(&open_)) whole = std::move(*delivered);
  if (auto* returned = std::get_if<Returned>(&open_)) whole = std::move(*returned);
  open_ = std::monostate{};
  return whole;
}

}  // namespace kinesight::clips::rabbitmq
