// Between rabbitmq-c's types and ours. Only the files of this wall include it.
#pragma once

#include <amqp.h>

#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "clips/broker/broker.h"
#include "clips/broker/rabbitmq/queue_arguments.h"

namespace kinesight::clips::rabbitmq {

inline constexpr amqp_channel_t kConnectionChannel = 0;

/// A view of `text`, which must outlive it.
amqp_bytes_t bytes_of(std::string_view text);
/// A copy of `bytes`.
std::string text_of(amqp_bytes_t bytes);

/// What the broker said when it closed the connection or a channel.
Error closed_error(std::uint16_t code, amqp_bytes_t reply_text);
/// The error of a status that rabbitmq-c gave.
Error library_error(int status);
/// The error of an answer to a request; it must be one.
Error reply_error(const amqp_rpc_reply_t& reply);

/// A table that is being made; it views the texts that it is made of.
class TableMaker {
 public:
  TableMaker& add(std::string_view name, std::string_view text);
  TableMaker& add(std::string_view name, std::int64_t number);
  TableMaker& add(std::string_view name, bool flag);
  TableMaker& add(std::string_view name, TableMaker& table);
  amqp_table_t table();

 private:
  amqp_field_value_t& entry(std::string_view name, int kind);
  std::vector<amqp_table_entry_t> entries_;
};

/// The table of a queue's arguments, which must outlive it.
TableMaker table_of(const QueueArguments& arguments);

/// The texts, numbers and truths of a table, as texts; other values are left out.
std::map<std::string, std::string> texts_of(const amqp_table_t& table);

}  // namespace kinesight::clips::rabbitmq
