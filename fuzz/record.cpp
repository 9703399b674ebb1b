// Any bytes as a record: what is read keeps what the header says of it, and what is stamped is the same
// record with an id.
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "stream/record/stamp.h"

namespace {

using namespace kinesight::stream;

void require(bool condition) {
  if (!condition) std::abort();
}

void check(const Record& record) {
  require(!record.key.empty() && record.numbers.size() == 3);
  for (const auto& number : record.numbers) require(!number || std::isfinite(*number));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static Parser parser;
  static const RecordOptions options;
  static const std::vector<std::string> numbers = {"pm25_value", "aqi_value", "a"};
  const std::string_view json(reinterpret_cast<const char*>(data), size);

  const auto record = parse_record(json, options, numbers, parser);
  const bool good = record.has_value();
  if (record) check(*record);
  const auto time_ms = record ? record->time_ms : 0;
  const std::string key(record ? record->key : "");

  const auto stamped = stamp(json, options, 1'769'860'800.25, parser);
  require(stamped || !good);  // What can be read has an id, as its time is no array and no object.
  if (!stamped || stamped->data.size() > kMaxRecordBytes) return 0;
  const auto again = stamp(stamped->data, options, 1'769'860'800.25, parser);
  require(again && again->data == stamped->data && again->partition_key == stamped->partition_key);
  if (!good) return 0;
  const auto same = parse_record(stamped->data, options, numbers, parser);
  require(same && same->key == key && same->time_ms == time_ms && same->key == stamped->partition_key);
  require(same->message_id && same->ingestion_ms == 1'769'860'800'250);
  return 0;
}
