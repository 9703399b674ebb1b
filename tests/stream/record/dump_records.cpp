// What the product makes of records, for tests that ask Python the same: dump_records < RECORDS
// A line on stdin is {"now": seconds, "record": "…"}; the answer is a line {"id": "…", "data": "…", "now":
// "…"}, or
// {"error": "…"}.
#include <cstdio>
#include <iostream>
#include <nlohmann/json.hpp>
#include <string>

#include "stream/record/stamp.h"

int main() {
  using nlohmann::json;
  kinesight::stream::Parser parser;
  const kinesight::stream::RecordOptions options;
  for (std::string line; std::getline(std::cin, line);) {
    const auto question = json::parse(line);
    const auto record = question.at("record").get<std::string>();
    const double now = question.at("now").get<double>();
    const auto id = kinesight::stream::message_id(record, options, parser);
    const auto stamped = kinesight::stream::stamp(record, options, now, parser);
    json answer;
    if (stamped && id)
      answer = {{"id", *id}, {"data", stamped->data}, {"now", kinesight::stream::isoformat_utc(now)}};
    else
      answer = {{"error", id ? stamped.error().message : id.error().message}};
    std::printf("%s\n", answer.dump().c_str());
  }
  return 0;
}
