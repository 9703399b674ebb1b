#include "stream/producer/aggregating_sink.h"

#include "publish/kds/aggregation.h"
#include "publish/kds/packing.h"

namespace kinesight::stream {
namespace {

std::unexpected<aws::CallError> not_sent(ErrorKind kind, std::string message) {
  aws::CallError failed;
  failed.error = {kind, std::move(message)};
  return std::unexpected(std::move(failed));
}

}  // namespace

Result<> AggregatingSink::possible() {
  const auto tried = publish::aggregate("key", {});
  return tried ? Result<>{} : fail(ErrorKind::invalid, "{}", tried.error().message);
}

aws::CallResult<std::vector<aws::PutOutcome>> AggregatingSink::put(std::span<const aws::PutRecord> records,
                                                                   std::stop_token stop) {
  const auto packed = publish::pack_aggregated(records);
  // Not `unavailable`: no other try mends it.
  if (!packed) return not_sent(ErrorKind::invalid, packed.error().message);
  auto answers = sink_.put(packed->records, std::move(stop));
  if (!answers) return answers;
  if (answers->size() != packed->records.size()) {
    return not_sent(ErrorKind::corrupt, fmt::format("expected an outcome for each of {} records, found {}",
                                                    packed->records.size(), answers->size()));
  }
  std::vector<aws::PutOutcome> outcomes;
  outcomes.reserve(records.size());
  for (const std::size_t record : packed->record_of) {
    if (record == publish::Packed::kTooLarge)
      return not_sent(ErrorKind::invalid,
                      "expected records that fit into one of Kinesis, found a longer one");
    outcomes.push_back((*answers)[record]);
  }
  return outcomes;
}

}  // namespace kinesight::stream
