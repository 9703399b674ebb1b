#include "aws/services/get_records_codec.h"

#include <fmt/format.h>
#include <simdjson.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <optional>
#include <utility>

#include "base/base64.h"

namespace kinesight::aws {
namespace {

namespace json = simdjson::ondemand;

/// What makes an answer unreadable, besides what simdjson throws.
struct Unreadable {
  std::string why;
};

/// Reads an answer in memory that it may write to. simdjson has found where the tokens are before the first
/// of them is read, and looks at no string's inside twice: so a string may be changed once it has been met.
class Reader {
 public:
  explicit Reader(std::string& answer) : answer_(answer) {}

  RecordsPage read() {
    answer_.reserve(answer_.size() + simdjson::SIMDJSON_PADDING);
    json::parser parser;
    json::document document = parser.iterate(answer_.data(), answer_.size(), answer_.capacity());
    bool has_records = false;
    for (auto field : document.get_object()) {
      const json::raw_json_string name = field.key();
      if (name == "Records") {
        read_records(field.value().get_array());
        has_records = true;
      } else {
        read_rest(name, field.value());
      }
    }
    if (!has_records || goes_on(document)) throw Unreadable{"no JSON object with an array Records"};
    return std::move(page_);
  }

 private:
  /// Whether something is behind the answer's object.
  static bool goes_on(json::document& document) {
    const char* behind = nullptr;
    return document.current_location().get(behind) == simdjson::SUCCESS;
  }

  void read_records(json::array records) {
    for (json::object object : records) {
      StreamRecord record;
      for (auto field : object) read_field(record, field.key(), field.value());
      if (record.data.data() == nullptr || record.partition_key.empty() || record.sequence_number.empty()) {
        throw Unreadable{fmt::format("no record at position {}", page_.records.size())};
      }
      page_.records.push_back(record);
    }
  }

  void read_field(StreamRecord& record, json::raw_json_string name, json::value value) {
    if (name == "Data") {
      const auto base64 = text_of(value);
      const auto bytes = decode_base64_in_place(base64);
      if (!bytes) throw Unreadable{fmt::format("no base64 at position {}", page_.records.size())};
      record.data = {base64.data(), *bytes};
    } else if (name == "PartitionKey") {
      record.partition_key = view(text_of(value));
    } else if (name == "SequenceNumber") {
      record.sequence_number = view(text_of(value));
    } else if (name == "ApproximateArrivalTimestamp") {
      record.arrived_ms = milliseconds(value.get_double());
    }
  }

  void read_rest(json::raw_json_string name, json::value value) {
    if (name == "NextShardIterator") {
      if (!value.is_null()) page_.next_iterator = view(text_of(value));
    } else if (name == "MillisBehindLatest") {
      if (!value.is_null()) page_.millis_behind = value.get_int64();
    } else if (name == "ChildShards") {
      if (!value.is_null()) read_children(value.get_array());
    }
  }

  void read_children(json::array children) {
    for (json::object object : children) {
      ChildShard child;
      for (auto field : object) {
        const json::raw_json_string name = field.key();
        if (name == "ShardId") {
          child.id = view(text_of(field.value()));
        } else if (name == "ParentShards") {
          for (json::value parent : field.value().get_array())
            child.parents.emplace_back(view(text_of(parent)));
        }
      }
      if (child.id.empty()) throw Unreadable{"a child shard without an id"};
      page_.children.push_back(std::move(child));
    }
  }

  /// A string's characters where they lie in the answer, its escapes undone there.
  std::span<char> text_of(json::value value) {
    const std::string_view token = value.raw_json_token();
    if (!token.starts_with('"')) throw Unreadable{"something else where a text should be"};
    char* const begin = answer_.data() + (token.data() - answer_.data()) + 1;
    const auto* quote = static_cast<const char*>(std::memchr(begin, '"', token.size() - 1));
    const auto* end = quote ? quote : token.data() + token.size();
    const auto size = static_cast<std::size_t>(end - begin);
    if (quote && std::memchr(begin, '\\', size) == nullptr) return {begin, size};
    const std::string_view unescaped = value.get_string();  // Never longer than what it was.
    std::ranges::copy(unescaped, begin);
    return {begin, unescaped.size()};
  }

  static std::string_view view(std::span<char> text) { return {text.data(), text.size()}; }

  static std::int64_t milliseconds(double seconds) {
    constexpr double kMost = 1e14;  // Beyond any date, and well within the integer.
    if (!(std::abs(seconds) < kMost)) throw Unreadable{"a time beyond all dates"};
    return std::llround(seconds * 1000);
  }

  std::string& answer_;
  RecordsPage page_;
};

}  // namespace

std::expected<RecordsPage, std::string> read_get_records(const std::shared_ptr<std::string>& answer) {
  try {
    RecordsPage page = Reader(*answer).read();
    page.storage = answer;
    return page;
  } catch (const simdjson::simdjson_error& error) {
    return std::unexpected(fmt::format("no JSON of an answer ({})", error.what()));
  } catch (const Unreadable& unreadable) {
    return std::unexpected(unreadable.why);
  }
}

}  // namespace kinesight::aws
