#include "clips/broker/rabbitmq/wire.h"

#include <amqp_framing.h>

#include <optional>

namespace kinesight::clips::rabbitmq {
namespace {

/// AMQP 0-9-1's reply codes (and RabbitMQ's use of them) by what a caller can do about them.
ErrorKind kind_of(std::uint16_t code, std::string_view text) {
  switch (code) {
    case AMQP_ACCESS_REFUSED:
      return ErrorKind::denied;
    case AMQP_NOT_FOUND:
      return ErrorKind::not_found;
    case AMQP_NOT_ALLOWED:  // Of a vhost: it is not there, or it is not for us.
      return text.contains("not found") ? ErrorKind::not_found : ErrorKind::denied;
    case AMQP_PRECONDITION_FAILED:
    case AMQP_RESOURCE_LOCKED:
      return ErrorKind::invalid;
    default:
      return ErrorKind::unavailable;
  }
}

std::optional<std::string> value_text(const amqp_field_value_t& value) {
  switch (value.kind) {
    case AMQP_FIELD_KIND_UTF8:
    case AMQP_FIELD_KIND_BYTES:
      return text_of(value.value.bytes);
    case AMQP_FIELD_KIND_BOOLEAN:
      return value.value.boolean ? "true" : "false";
    case AMQP_FIELD_KIND_I8:
      return std::to_string(value.value.i8);
    case AMQP_FIELD_KIND_U8:
      return std::to_string(value.value.u8);
    case AMQP_FIELD_KIND_I16:
      return std::to_string(value.value.i16);
    case AMQP_FIELD_KIND_U16:
      return std::to_string(value.value.u16);
    case AMQP_FIELD_KIND_I32:
      return std::to_string(value.value.i32);
    case AMQP_FIELD_KIND_U32:
      return std::to_string(value.value.u32);
    case AMQP_FIELD_KIND_I64:
      return std::to_string(value.value.i64);
    case AMQP_FIELD_KIND_U64:
    case AMQP_FIELD_KIND_TIMESTAMP:
      return std::to_string(value.value.u64);
    default:
      return std::nullopt;
  }
}

}  // namespace

amqp_bytes_t bytes_of(std::string_view text) {
  // rabbitmq-c reads through this pointer only.
  return {.len = text.size(), .bytes = const_cast<char*>(text.data())};
}

std::string text_of(amqp_bytes_t bytes) {
  return bytes.len == 0 ? std::string() : std::string(static_cast<const char*>(bytes.bytes), bytes.len);
}

Error closed_error(std::uint16_t code, amqp_bytes_t reply_text) {
  std::string text = text_of(reply_text);
  const ErrorKind kind = kind_of(code, text);
  return {kind, fmt::format("RabbitMQ says {} {}", code, text)};
}

Error library_error(int status) {
  switch (status) {
    case AMQP_STATUS_HOSTNAME_RESOLUTION_FAILED:
      return {ErrorKind::unavailable, "there is no address for that host name"};
    case AMQP_STATUS_SSL_PEER_VERIFY_FAILED:
    case AMQP_STATUS_SSL_CONNECTION_FAILED:
      return {ErrorKind::denied,
              "no TLS connection: the broker's certificate is for another host, or no known authority "
              "vouches for it (ca_file), or the broker speaks no TLS 1.2"};
    case AMQP_STATUS_HEARTBEAT_TIMEOUT:
      return {ErrorKind::unavailable, "the broker was silent for two heartbeats"};
    case AMQP_STATUS_TIMEOUT:
      return {ErrorKind::unavailable, "the broker did not answer in time"};
    default:
      return {ErrorKind::unavailable, amqp_error_string2(status)};
  }
}

Error reply_error(const amqp_rpc_reply_t& reply) {
  if (reply.reply_type == AMQP_RESPONSE_SERVER_EXCEPTION) {
    if (reply.reply.id == AMQP_CONNECTION_CLOSE_METHOD) {
      const auto& close = *static_cast<amqp_connection_close_t*>(reply.reply.decoded);
      return closed_error(close.reply_code, close.reply_text);
    }
    if (reply.reply.id == AMQP_CHANNEL_CLOSE_METHOD) {
      const auto& close = *static_cast<amqp_channel_close_t*>(reply.reply.decoded);
      return closed_error(close.reply_code, close.reply_text);
    }
    return {ErrorKind::unavailable, "the broker gave an unexpected answer"};
  }
  return library_error(reply.library_error);
}

amqp_field_value_t& TableMaker::entry(std::string_view name, int kind) {
  auto& added = entries_.emplace_back();
  added.key = bytes_of(name);
  added.value.kind = static_cast<std::uint8_t>(kind);
  return added.value;
}

TableMaker& TableMaker::add(std::string_view name, std::string_view text) {
  entry(name, AMQP_FIELD_KIND_UTF8).value.bytes = bytes_of(text);
  return *this;
}

TableMaker& TableMaker::add(std::string_view name, std::int64_t number) {
  entry(name, AMQP_FIELD_KIND_I64).value.i64 = number;
  return *this;
}

TableMaker& TableMaker::add(std::string_view name, bool flag) {
  entry(name, AMQP_FIELD_KIND_BOOLEAN).value.boolean = flag;
  return *this;
}

TableMaker& TableMaker::add(std::string_view name, TableMaker& table) {
  entry(name, AMQP_FIELD_KIND_TABLE).value.table = table.table();
  return *this;
}

amqp_table_t TableMaker::table() {
  return {.num_entries = static_cast<int>(entries_.size()), .entries = entries_.data()};
}

TableMaker table_of(const QueueArguments& arguments) {
  TableMaker maker;
  for (const auto& [name, value] : arguments) {
    if (const auto* text = std::get_if<std::string>(&value)) maker.add(name, std::string_view(*text));
    if (const auto* number = std::get_if<std::int64_t>(&value)) maker.add(name, *number);
    if (const auto* flag = std::get_if<bool>(&value)) maker.add(name, *flag);
  }
  return maker;
}

std::map<std::string, std::string> texts_of(const amqp_table_t& table) {
  std::map<std::string, std::string> texts;
  for (int i = 0; i < table.num_entries; ++i) {
    if (auto text = value_text(table.entries[i].value))
      texts[text_of(table.entries[i].key)] = *std::move(text);
  }
  return texts;
}

}  // namespace kinesight::clips::rabbitmq
