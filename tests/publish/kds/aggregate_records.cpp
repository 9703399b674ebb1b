// The product's KPL aggregation as a filter, for tests/reference/test_kpl.py: a JSON object a line in, one
// out.
//
//   {"pack": [{"key": "front", "data": "7b7d"}, …]}        a batch, data in hex
//   {"records": [{"key": "front", "data": "f3899ac2…"}, …], "record_of": [0, …]}    what goes to Kinesis
//
//   {"unpack": {"key": "front", "data": "f3899ac2…"}}
//   {"aggregated": true, "records": [{"key": "front", "data": "7b7d", "hash_key": "12"}, …]}
#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <iostream>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "publish/kds/aggregation.h"
#include "publish/kds/packing.h"

namespace kinesight::publish {
namespace {

using nlohmann::json;

std::string from_hex(const std::string& hex) {
  std::string bytes(hex.size() / 2, '\0');
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    unsigned value = 0;
    std::from_chars(hex.data() + 2 * i, hex.data() + 2 * i + 2, value, 16);
    bytes[i] = static_cast<char>(value);
  }
  return bytes;
}

std::string to_hex(std::string_view bytes) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string hex;
  for (const unsigned char byte : bytes) hex += {digits[byte / 16], digits[byte % 16]};
  return hex;
}

json packed(const json& batch) {
  std::deque<std::pair<std::string, std::string>> bytes;  // Its strings stay where they are.
  std::vector<aws::PutRecord> records_in;
  for (const auto& record : batch) {
    const auto& [key, data] = bytes.emplace_back(record.at("key"), from_hex(record.at("data")));
    records_in.push_back({key, data});
  }
  const auto request = pack_aggregated(records_in);
  if (!request) return {{"error", request.error().message}};
  json records = json::array();
  for (const auto& [key, data] : request->records) records.push_back({{"key", key}, {"data", to_hex(data)}});
  return {{"records", records}, {"record_of", request->record_of}};
}

json unpacked(const json& record) {
  const std::string key = record.at("key");
  const std::string data = from_hex(record.at("data"));
  const auto found = deaggregate(key, data);
  json records = json::array();
  for (const auto& user : found.records) {
    records.push_back({{"key", user.partition_key}, {"data", to_hex(user.data)}});
    if (user.explicit_hash_key) records.back()["hash_key"] = *user.explicit_hash_key;
  }
  return {{"aggregated", found.aggregated}, {"records", records}};
}

}  // namespace
}  // namespace kinesight::publish

int main() {
  for (std::string line; std::getline(std::cin, line);) {
    const auto question = nlohmann::json::parse(line);
    const auto answer = question.contains("pack") ? kinesight::publish::packed(question.at("pack"))
                                                  : kinesight::publish::unpacked(question.at("unpack"));
    std::cout << answer.dump() << std::endl;
  }
}
