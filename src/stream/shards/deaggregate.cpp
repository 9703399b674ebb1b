#include "stream/shards/deaggregate.h"

#include <utility>

#include "publish/kds/aggregation.h"

namespace kinesight::stream {

UnpackedPage unpack(const aws::RecordsPage& page, const Position& done) {
  UnpackedPage unpacked;
  unpacked.records.reserve(page.records.size());
  for (const auto& record : page.records) {
    const bool begun = done.kind == Position::Kind::record && record.sequence_number == done.sequence_number;
    const auto add = [&](std::string_view key, std::string_view data, std::int64_t sub_sequence) {
      if (begun && sub_sequence <= done.sub_sequence) {
        ++unpacked.skipped;
      } else {
        unpacked.records.push_back({key, data, record.sequence_number, sub_sequence, record.arrived_ms});
      }
    };
    if (!publish::may_be_aggregated(record.data)) {
      add(record.partition_key, record.data, 0);
      continue;
    }
    auto users = publish::deaggregate(record.partition_key, record.data);
    unpacked.aggregated += users.aggregated ? 1 : 0;
    std::int64_t sub_sequence = 0;
    for (const auto& user : users.records) add(user.partition_key, user.data, sub_sequence++);
    if (users.storage) unpacked.storage.push_back(std::move(users.storage));
  }
  return unpacked;
}

}  // namespace kinesight::stream
