// Any bytes as the answer to PutRecords: as many outcomes as records, each taken or refused, or none at all.
// And any bytes as a record's key and data: what Kinesis would take is written as JSON, and as CBOR, that say
// the same.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "aws/services/put_records_codec.h"

namespace {

using kinesight::aws::PutEncoding;
using kinesight::aws::PutRecord;

void check_answer(const std::string& answer, std::size_t expected) {
  const auto outcomes = kinesight::aws::read_put_records(answer, expected);
  if (!outcomes) return;
  if (outcomes->size() != expected) std::abort();
  for (const auto& outcome : *outcomes) {
    if (outcome.shard_id.empty() == outcome.error_code.empty()) std::abort();
  }
}

void check_record(std::string_view key, std::string_view data) {
  const PutRecord records[] = {{key, data}};
  if (!kinesight::aws::fault_of(records).empty()) return;
  std::string body;
  kinesight::aws::write_put_records(body, "stream", records, PutEncoding::json);
  const auto json = nlohmann::json::parse(body);
  const auto& record = json.at("Records").at(0);
  if (record.at("PartitionKey") != key) std::abort();
  if (record.at("Data").get<std::string>().size() != (data.size() + 2) / 3 * 4) std::abort();
  kinesight::aws::write_put_records(body, "stream", records, PutEncoding::cbor);
  const auto cbor = nlohmann::json::from_cbor(body);
  const auto& bytes = cbor.at("Records").at(0).at("Data").get_binary();
  if (cbor.at("Records").at(0).at("PartitionKey") != key) std::abort();
  if (std::string(bytes.begin(), bytes.end()) != data) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  check_answer(std::string(bytes), data[0] % 4);
  const std::size_t key_size = std::min<std::size_t>(data[0], bytes.size());
  check_record(bytes.substr(0, key_size), bytes.substr(key_size));
  return 0;
}
