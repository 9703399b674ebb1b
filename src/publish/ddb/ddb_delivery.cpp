#include "publish/ddb/ddb_delivery.h"

#include <algorithm>

namespace kinesight::publish {
namespace {

// A number of two characters in a list ("1,") takes ten in DynamoDB's form ({"N":"1"},): no payload grows by
// more.
constexpr std::size_t kMostGrowth = 5;

Outcome refused(const Error& error) { return {.verdict = Verdict::refused, .error = error}; }

/// What is to be sent of a batch, and what already is known of each entry.
struct Prepared {
  std::vector<aws::Item> items;
  std::vector<std::size_t> places;  ///< Of each item: its entry's place in the batch.
  std::vector<Outcome> outcomes;    ///< One for each entry.
};

Result<aws::Item> item_of(const Entry& entry, int ttl_days) {
  const auto envelope = event::parse_envelope(entry.payload);
  if (!envelope) return std::unexpected(envelope.error());
  aws::Item item = to_item(*envelope, ttl_days);
  if (auto good = check_item(item); !good) return std::unexpected(good.error());
  return item;
}

Prepared prepare(std::span<const Entry* const> batch, int ttl_days) {
  Prepared prepared;
  prepared.outcomes.resize(batch.size());
  for (std::size_t place = 0; place < batch.size(); ++place) {
    auto item = item_of(*batch[place], ttl_days);
    if (!item) {
      prepared.outcomes[place] = refused(item.error());
      continue;
    }
    prepared.items.push_back(std::move(*item));
    prepared.places.push_back(place);
  }
  return prepared;
}

bool same_key(const aws::Item& a, const aws::Item& b) {
  return a.value("event_id", aws::Item()) == b.value("event_id", aws::Item()) &&
         a.value("ts_ms", aws::Item()) == b.value("ts_ms", aws::Item());
}

/// Whether a part of the batch may go through where all of it did not. Without a status it was our client
/// that refused the request.
bool is_poison(const aws::CallError& failed) {
  return failed.status == 0 || failed.status == 413 || failed.code == "ValidationException" ||
         failed.code == "SerializationException";
}

BatchResult failed_whole(const aws::CallError& failed, const std::string& table_name) {
  Error whole{failed.error.kind, fmt::format("table {}: {}", table_name, failed.error.message)};
  if (whole.kind == ErrorKind::invalid && !is_poison(failed)) whole.kind = ErrorKind::denied;
  if (whole.kind == ErrorKind::corrupt) whole.kind = ErrorKind::unavailable;
  return {.whole = std::move(whole), .uncertain = failed.uncertain};
}

/// Nothing is known of a batch of which items came back that it does not hold.
BatchResult not_understood() {
  return {
      .whole = Error{ErrorKind::unavailable,
                     "DynamoDB BatchWriteItem: expected UnprocessedItems to be of the request, found others"},
      .uncertain = true};
}

}  // namespace

BatchLimits DdbDelivery::limits() const {
  return {.entries = aws::DynamoDb::kMaxBatchItems,
          .bytes = aws::DynamoDb::kMaxBatchBytes / kMostGrowth,
          .linger = std::chrono::milliseconds(200),
          .in_flight = 2,
          .one_per_name = true};
}

BatchResult DdbDelivery::deliver(std::span<const Entry* const> batch, std::stop_token stop) {
  Prepared prepared = prepare(batch, table_.options().ttl_days);
  if (prepared.items.empty()) return {.outcomes = std::move(prepared.outcomes)};
  const auto& table_name = table_.options().table_name;
  const auto left = table_.dynamodb().batch_put(table_name, prepared.items, std::move(stop));
  if (!left) return failed_whole(left.error(), table_name);
  for (const auto& item : *left) {
    const auto sent =
        std::ranges::find_if(prepared.items, [&](const auto& one) { return same_key(one, item); });
    if (sent == prepared.items.end()) return not_understood();
    const auto place = prepared.places[static_cast<std::size_t>(sent - prepared.items.begin())];
    prepared.outcomes[place] = {
        .verdict = Verdict::throttled,
        .error = {ErrorKind::throttled,
                  fmt::format("the DynamoDB table {} did not take it yet (UnprocessedItems): it is asked for "
                              "more writes than its capacity",
                              table_name)}};
  }
  return {.outcomes = std::move(prepared.outcomes)};
}

Totals DdbDelivery::totals(const DeliveryCounts& counts) const {
  return {{"written", counts.delivered},
          {"failed", counts.dead + counts.dropped},
          {"batches_sent", counts.requests}};
}

}  // namespace kinesight::publish
