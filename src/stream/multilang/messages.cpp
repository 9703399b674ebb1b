#include "stream/multilang/messages.h"

#include <fmt/format.h>
#include <simdjson.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "base/base64.h"

namespace kinesight::stream::multilang {
namespace {

namespace dom = simdjson::dom;

/// What makes a line no message.
struct Unreadable {
  std::string why;
};

/// As AWS has them (API reference, Shard and Record).
constexpr std::size_t kMaxShardId = 128, kMaxSequenceNumber = 129;

/// A member that is there and not null.
std::optional<dom::element> member(const dom::object& object, std::string_view name) {
  dom::element found;
  if (object[name].get(found) != simdjson::SUCCESS || found.is_null()) return std::nullopt;
  return found;
}

std::string_view text_of(const dom::object& object, std::string_view name) {
  const auto found = member(object, name);
  std::string_view text;
  if (!found || found->get(text) != simdjson::SUCCESS) throw Unreadable{fmt::format("no text '{}'", name)};
  return text;
}

std::int64_t number_of(const dom::object& object, std::string_view name,
                       std::optional<std::int64_t> otherwise) {
  const auto found = member(object, name);
  if (!found && otherwise) return *otherwise;
  std::int64_t number = 0;
  if (!found || found->get(number) != simdjson::SUCCESS || number < 0) {
    throw Unreadable{fmt::format("no whole number '{}'", name)};
  }
  return number;
}

bool is_sequence_number(std::string_view text) {
  return !text.empty() && text.size() <= kMaxSequenceNumber &&
         std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

std::string shard_of(const dom::object& object) {
  const std::string_view id = text_of(object, "shardId");
  const auto sound = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-' || c == '.';
  };
  if (id.empty() || id.size() > kMaxShardId || !std::ranges::all_of(id, sound)) {
    throw Unreadable{"a shardId that is none of Kinesis'"};
  }
  return std::string(id);
}

/// A sequence number, or one of the KCL's words for what is none.
Position from_of(const dom::object& object) {
  const std::string_view text = text_of(object, "sequenceNumber");
  if (is_sequence_number(text)) return Position::after(text, number_of(object, "subSequenceNumber", 0));
  if (text == "AT_TIMESTAMP") return Position::at(0);  // Which time, the daemon alone knows.
  const auto word = position_from_text(text);
  if (!word) throw Unreadable{"a sequenceNumber that is neither digits nor a word of the KCL"};
  return *word;
}

/// A record without its data, and the data's text.
ShardRecord record_of(const dom::object& object) {
  ShardRecord record{.partition_key = text_of(object, "partitionKey"),
                     .data = text_of(object, "data"),
                     .sequence_number = text_of(object, "sequenceNumber"),
                     .sub_sequence = number_of(object, "subSequenceNumber", 0),
                     .arrived_ms = number_of(object, "approximateArrivalTimestamp", {})};
  if (!is_sequence_number(record.sequence_number)) throw Unreadable{"a sequenceNumber that is not digits"};
  return record;
}

/// What the records view: the strings of the line's JSON, and their data, decoded.
struct Storage {
  explicit Storage(dom::document parsed) : document(std::move(parsed)) {}
  dom::document document;
  std::string data;
};

ProcessRecords records_of(const dom::object& object, const std::shared_ptr<Storage>& storage) {
  ProcessRecords message{
      .records = {}, .millis_behind = number_of(object, "millisBehindLatest", 0), .storage = storage};
  const auto listed = member(object, "records");
  dom::array records;
  if (!listed || listed->get(records) != simdjson::SUCCESS) throw Unreadable{"no array 'records'"};
  std::size_t bytes = 0;
  for (const dom::element element : records) {
    dom::object one;
    if (element.get(one) != simdjson::SUCCESS) throw Unreadable{"a record that is no JSON object"};
    message.records.push_back(record_of(one));
    bytes += message.records.back().data.size();
  }
  storage->data.resize(bytes);  // Once: the records' views are into it.
  char* at = storage->data.data();
  for (ShardRecord& record : message.records) {
    const std::span<char> text(at, record.data.size());
    std::ranges::copy(record.data, at);
    const auto size = decode_base64_in_place(text);
    if (!size) throw Unreadable{fmt::format("no base64 in record {}", record.sequence_number)};
    record.data = {at, *size};
    at += text.size();
  }
  return message;
}

Message message_of(const dom::object& object, const std::shared_ptr<Storage>& storage) {
  const std::string_view action = text_of(object, "action");
  if (action == "processRecords") return records_of(object, storage);
  if (action == "initialize") return Initialize{shard_of(object), from_of(object)};
  if (action == "shardEnded") return ShardEnded{};
  if (action == "leaseLost") return LeaseLost{};
  if (action == "shutdownRequested") return ShutdownRequested{};
  if (action == "checkpoint")
    return CheckpointDone{member(object, "error") ? std::string(text_of(object, "error")) : ""};
  throw Unreadable{fmt::format("the action '{}'", action.substr(0, 100))};
}

}  // namespace

std::string_view action_of(const Message& message) {
  constexpr std::array<std::string_view, std::variant_size_v<Message>> kActions = {
      "initialize", "processRecords", "shardEnded", "leaseLost", "shutdownRequested", "checkpoint"};
  return kActions.at(message.index());
}

Result<Message> parse_message(std::string_view line) {
  try {
    dom::parser parser;
    dom::element root;
    dom::document document;
    dom::object object;
    if (parser.parse_into_document(document, line.data(), line.size()).get(root) != simdjson::SUCCESS)
      throw Unreadable{"no JSON"};
    const auto storage = std::make_shared<Storage>(std::move(document));
    if (storage->document.root().get(object) != simdjson::SUCCESS) throw Unreadable{"no JSON object"};
    return message_of(object, storage);
  } catch (const Unreadable& found) {
    return fail(
        ErrorKind::corrupt,
        "expected a message of the KCL's MultiLangDaemon, found {} in a line of {} bytes; is standard "
        "input the daemon's?",
        found.why, line.size());
  }
}

std::string status_line(std::string_view action) {
  return nlohmann::ordered_json{{"action", "status"}, {"responseFor", action}}.dump() + "\n";
}

std::string checkpoint_line(const std::optional<Position>& at) {
  nlohmann::ordered_json line{
      {"action", "checkpoint"}, {"sequenceNumber", nullptr}, {"subSequenceNumber", nullptr}};
  if (at) {
    line["sequenceNumber"] = at->sequence_number;
    line["subSequenceNumber"] = at->sub_sequence;
  }
  return line.dump() + "\n";
}

}  // namespace kinesight::stream::multilang
