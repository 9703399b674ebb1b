#include "aws/services/put_records_codec.h"

#include <fmt/format.h>
#include <simdjson.h>

#include <algorithm>
#include <iterator>
#include <optional>

#include "base/base64.h"

namespace kinesight::aws {
namespace {

namespace dom = simdjson::dom;

constexpr std::size_t kMaxKeyCharacters = 256;
constexpr std::size_t kMaxAnswerDepth = 16;
constexpr std::string_view kBeforeData = R"({"Data":")";
constexpr std::string_view kBeforeKey = R"(","PartitionKey":")";
constexpr std::string_view kAfterKey = R"("})";

/// Code points of valid UTF-8: bytes that continue none.
std::size_t characters(std::string_view utf8) {
  return static_cast<std::size_t>(std::ranges::count_if(utf8, [](char c) { return (c & 0xC0) != 0x80; }));
}

std::string fault_of(const PutRecord& record, std::size_t position) {
  const auto key = record.partition_key;
  if (!simdjson::validate_utf8(key.data(), key.size())) {
    return fmt::format("record {}: expected a partition key in UTF-8, found other bytes", position);
  }
  const std::size_t length = characters(key);
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
  if (!code || !message || !shard || (code->empty() && shard->empty())) return std::nullopt;
  if (!code->empty()) return PutOutcome{{}, std::string(*code), std::string(*message)};
  return PutOutcome{std::string(*shard), {}, {}};
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

std::string write_put_records(std::string_view stream, std::span<const PutRecord> records) {
  constexpr std::size_t framing = kBeforeData.size() + kBeforeKey.size() + kAfterKey.size() + 2;
  std::size_t size = stream.size() + 64;
  for (const auto& record : records) {
    size += base64_size(record.data.size()) + record.partition_key.size() + framing;
  }
  std::string body;
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
  return body;
}

std::expected<std::vector<PutOutcome>, std::string> read_put_records(const std::string& answer,
                                                                     std::size_t expected) {
  dom::parser parser;
  if (parser.allocate(std::max<std::size_t>(answer.size(), 1), kMaxAnswerDepth) != simdjson::SUCCESS) {
    return std::unexpected("more than memory allows");
  }
  dom::array records;
  if (parser.parse(answer)["Records"].get(records) != simdjson::SUCCESS) {
    return std::unexpected("no JSON object with an array Records");
  }
  std::vector<PutOutcome> outcomes;
  outcomes.reserve(expected);
  for (const auto& element : records) {
    if (outcomes.size() == expected) return std::unexpected(fmt::format("more than {} results", expected));
    auto outcome = outcome_of(element);
    if (!outcome) return std::unexpected(fmt::format("no result at position {}", outcomes.size()));
    outcomes.push_back(std::move(*outcome));
  }
  if (outcomes.size() < expected) {
    return std::unexpected(fmt::format("{} results for {} records", outcomes.size(), expected));
  }
  return outcomes;
}

}  // namespace kinesight::aws
