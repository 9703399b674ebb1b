#include "aws/services/put_records_codec.h"

#include <fmt/format.h>
#include <simdjson.h>

#include <algorithm>
#include <iterator>
#include <optional>

#include "aws/cbor.h"
#include "base/ascii.h"
#include "base/base64.h"

namespace kinesight::aws {
namespace {

namespace dom = simdjson::dom;

constexpr std::size_t kMaxKeyCharacters = 256;
constexpr std::size_t kMaxAnswerDepth = 16;
constexpr std::string_view kBeforeData = R"({"Data":")";
constexpr std::string_view kBeforeKey = R"(","PartitionKey":")";
constexpr std::string_view kAfterKey = R"("})";
/// The beginning of a record's map, and its names, as CBOR has them.
constexpr std::string_view kCborBeforeData =
                               "\xbf\x64"
                               "Data",
                           kCborBeforeKey = "\x6cPartitionKey";

/// Code points of valid UTF-8: bytes that continue none.
std::size_t characters(std::string_view utf8) {
  return static_cast<std::size_t>(std::ranges::count_if(utf8, [](char c) { return (c & 0xC0) != 0x80; }));
}

std::string fault_of(const PutRecord& record, std::size_t position) {
  const auto key = record.partition_key;
  const bool ascii = is_ascii(key);
  if (!ascii && !simdjson::validate_utf8(key.data(), key.size())) {
    return fmt::format("record {}: expected a partition key in UTF-8, found other bytes", position);
  }
  const std::size_t length = ascii ? key.size() : characters(key);
  if (length < 1 || length > kMaxKeyCharacters) {
    return fmt::format("record {}: expected a partition key of 1 to {} characters, found {}", position,
                       kMaxKeyCharacters, length);
  }
  const std::size_t bytes = key.size() + record.data.size();
  if (bytes > Kinesis::kMaxRecordBytes) {
    return fmt::format("record {}: expected at most {} bytes of key and data, found {}", position,
                       Kinesis::kMaxRecordBytes, bytes);
  }
  return {};
}

bool needs_escape(char c) { return c == '"' || c == '\\' || static_cast<unsigned char>(c) < 0x20; }

void append_json_text(std::string& out, std::string_view text) {
  if (std::ranges::none_of(text, needs_escape)) {
    out += text;
    return;
  }
  for (const char c : text) {
    if (!needs_escape(c)) {
      out += c;
    } else if (c == '"' || c == '\\') {
      out += {'\\', c};
    } else {
      fmt::format_to(std::back_inserter(out), "\\u{:04x}", static_cast<unsigned>(c));
    }
  }
}

using Outcomes = std::expected<std::vector<PutOutcome>, std::string>;

std::unexpected<std::string> more_than(std::size_t expected) {
  return std::unexpected(fmt::format("more than {} results", expected));
}

std::unexpected<std::string> no_result_at(std::size_t position) {
  return std::unexpected(fmt::format("no result at position {}", position));
}

void write_json(std::string& body, std::string_view stream, std::span<const PutRecord> records) {
  constexpr std::size_t framing = kBeforeData.size() + kBeforeKey.size() + kAfterKey.size() + 2;
  std::size_t size = stream.size() + 64;
  for (const auto& record : records)
    size += base64_size(record.data.size()) + record.partition_key.size() + framing;
  body.reserve(size);
  body += R"({"StreamName":")";
  append_json_text(body, stream);
  body += R"(","Records":[)";
  for (const auto& record : records) {
    if (&record != records.data()) body += ',';
    body += kBeforeData;
    append_base64(body, record.data);
    body += kBeforeKey;
    append_json_text(body, record.partition_key);
    body += kAfterKey;
  }
  body += "]}";
}

/// Byte for byte what AWS's SDK for Java 2 sends.
void write_cbor(std::string& body, std::string_view stream, std::span<const PutRecord> records) {
  constexpr std::size_t framing = kCborBeforeData.size() + kCborBeforeKey.size() + 2 * cbor::kMaxHead + 1;
  std::size_t size = stream.size() + 64;
  for (const auto& record : records) size += record.data.size() + record.partition_key.size() + framing;
  body.reserve(size);
  body += cbor::kMap;
  cbor::append_text(body, "Records");
  body += cbor::kArray;
  for (const auto& record : records) {
    body += kCborBeforeData;
    cbor::append_bytes(body, record.data);
    body += kCborBeforeKey;
    cbor::append_text(body, record.partition_key);
    body += cbor::kEnd;
  }
  body += cbor::kEnd;
  cbor::append_text(body, "StreamName");
  cbor::append_text(body, stream);
  body += cbor::kEnd;
}

/// Of a record that was taken or was not; nothing when it is neither.
std::optional<PutOutcome> settled(PutOutcome told) {
  if (told.error_code.empty() && told.shard_id.empty()) return std::nullopt;
  if (told.error_code.empty())
    told.error_message.clear();
  else
    told.shard_id.clear();
  return told;
}

/// A member's text; empty when it is absent or null, nothing when it is something else.
std::optional<std::string_view> text_of(const dom::object& object, std::string_view name) {
  const auto member = object[name];
  if (member.error() == simdjson::NO_SUCH_FIELD || member.is_null()) return std::string_view{};
  std::string_view text;
  if (member.get(text) != simdjson::SUCCESS) return std::nullopt;
  return text;
}

std::optional<PutOutcome> outcome_of(const dom::element& element) {
  dom::object object;
  if (element.get(object) != simdjson::SUCCESS) return std::nullopt;
  const auto code = text_of(object, "ErrorCode");
  const auto message = text_of(object, "ErrorMessage");
  const auto shard = text_of(object, "ShardId");
  if (!code || !message || !shard) return std::nullopt;
  return settled({std::string(*shard), std::string(*code), std::string(*message)});
}

Outcomes read_json(const std::string& answer, std::size_t expected) {
  dom::parser parser;
  if (parser.allocate(std::max<std::size_t>(answer.size(), 1), kMaxAnswerDepth) != simdjson::SUCCESS)
    return std::unexpected("more than memory allows");
  dom::array records;
  if (parser.parse(answer)["Records"].get(records) != simdjson::SUCCESS)
    return std::unexpected("no JSON object with an array Records");
  std::vector<PutOutcome> outcomes;
  outcomes.reserve(expected);
  for (const auto& element : records) {
    if (outcomes.size() == expected) return more_than(expected);
    auto outcome = outcome_of(element);
    if (!outcome) return no_result_at(outcomes.size());
    outcomes.push_back(std::move(*outcome));
  }
  return outcomes;
}

std::optional<PutOutcome> read_outcome(cbor::Reader& reader) {
  auto map = reader.enter_map();
  PutOutcome told;
  while (map && reader.next_in(*map)) {
    const auto name = reader.name();
    std::string* const into = name == "ErrorCode"      ? &told.error_code
                              : name == "ErrorMessage" ? &told.error_message
                              : name == "ShardId"      ? &told.shard_id
                                                       : nullptr;
    if (into != nullptr)
      *into = reader.text_or_null().value_or("");
    else
      reader.skip();
  }
  if (!reader.sound()) return std::nullopt;
  return settled(std::move(told));
}

Outcomes read_cbor(std::string_view answer, std::size_t expected) {
  cbor::Reader reader(answer);
  std::optional<std::vector<PutOutcome>> outcomes;
  auto map = reader.enter_map();
  while (map && reader.next_in(*map)) {
    if (reader.name() != "Records") {
      reader.skip();
      continue;
    }
    outcomes.emplace().reserve(expected);
    auto records = reader.enter_array();
    while (records && reader.next_in(*records)) {
      if (outcomes->size() == expected) return more_than(expected);
      auto outcome = read_outcome(reader);
      if (!outcome) return no_result_at(outcomes->size());
      outcomes->push_back(std::move(*outcome));
    }
  }
  if (!outcomes || !reader.ended()) return std::unexpected("no map in CBOR with an array Records");
  return std::move(*outcomes);
}

}  // namespace

std::string fault_of(std::span<const PutRecord> records) {
  if (records.empty() || records.size() > Kinesis::kMaxRecords) {
    return fmt::format("expected 1 to {} records a request, found {}", Kinesis::kMaxRecords, records.size());
  }
  std::size_t bytes = 0;
  for (std::size_t i = 0; i < records.size(); ++i) {
    if (auto fault = fault_of(records[i], i); !fault.empty()) return fault;
    bytes += records[i].partition_key.size() + records[i].data.size();
  }
  if (bytes <= Kinesis::kMaxRequestBytes) return {};
  return fmt::format("expected at most {} bytes of keys and data a request, found {}",
                     Kinesis::kMaxRequestBytes, bytes);
}

void write_put_records(std::string& body, std::string_view stream, std::span<const PutRecord> records,
                       PutEncoding encoding) {
  body.clear();
  if (encoding == PutEncoding::cbor)
    write_cbor(body, stream, records);
  else
    write_json(body, stream, records);
}

std::expected<std::vector<PutOutcome>, std::string> read_put_records(const std::string& answer,
                                                                     std::size_t expected) {
  auto outcomes = cbor::looks_like_map(answer) ? read_cbor(answer, expected) : read_json(answer, expected);
  if (outcomes && outcomes->size() < expected)
    return std::unexpected(fmt::format("{} results for {} records", outcomes->size(), expected));
  return outcomes;
}

}  // namespace kinesight::aws
