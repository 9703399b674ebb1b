#include "publish/ddb/event_table.h"

#include <algorithm>
#include <map>
#include <tuple>

#include "aws/retry.h"
#include "publish/ddb/event_query.h"

namespace kinesight::publish {
namespace {

/// The waits between tries of a batch: throttled partitions recover within seconds.
constexpr aws::RetryPolicy kBackoff{
    .max_attempts = EventTable::kTries, .max_delay_seconds = 5, .base_delay_seconds = 0.1};

/// The items in batches of at most 25, each key once a batch, and in their order over the batches.
std::vector<std::vector<aws::Item>> batches_of(std::vector<aws::Item> items) {
  std::vector<std::vector<aws::Item>> batches;
  std::map<std::pair<std::string, std::string>, std::size_t> next;  // Of a key: the first batch it may join.
  std::size_t open = 0;                                             // All batches before it are full.
  for (auto& item : items) {
    auto& earliest = next[{item.at("event_id").at("S"), item.at("ts_ms").at("N")}];
    std::size_t batch = std::max(earliest, open);
    while (batch < batches.size() && batches[batch].size() == aws::DynamoDb::kMaxBatchItems) ++batch;
    if (batch == batches.size()) batches.emplace_back();
    batches[batch].push_back(std::move(item));
    earliest = batch + 1;
    while (open < batches.size() && batches[open].size() == aws::DynamoDb::kMaxBatchItems) ++open;
  }
  return batches;
}

Error not_taken(const std::string& table, std::size_t left) {
  return {ErrorKind::throttled,
          fmt::format("the DynamoDB table {} did not take {} events of a batch: it is asked for more writes "
                      "than its capacity; raise that, or make it on demand",
                      table, left)};
}

/// AWS's errors do not say which table they are about.
std::unexpected<Error> about(const std::string& table, const aws::CallError& failed) {
  return wrap(failed.error, fmt::format("table {}", table));
}

bool may_pass(ErrorKind kind) { return kind == ErrorKind::throttled || kind == ErrorKind::unavailable; }

}  // namespace

Result<> EventTable::put_event(const event::Envelope& envelope, std::stop_token stop) const {
  const aws::Item item = to_item(envelope, options_.ttl_days);
  if (auto good = check_item(item); !good) return good;
  const auto put = dynamodb_.put_item(options_.table_name, item, std::nullopt, std::move(stop));
  if (!put) return about(options_.table_name, put.error());
  return {};
}

Result<> EventTable::put_events(std::span<const event::Envelope> envelopes, std::stop_token stop) const {
  std::vector<aws::Item> items;
  items.reserve(envelopes.size());
  for (const auto& envelope : envelopes) {
    items.push_back(to_item(envelope, options_.ttl_days));
    if (auto good = check_item(items.back()); !good) return good;
  }
  for (auto& batch : batches_of(std::move(items))) {
    if (auto put = put_batch(std::move(batch), stop); !put) return put;
  }
  return {};
}

Result<> EventTable::put_batch(std::vector<aws::Item> items, std::stop_token stop) const {
  Rng rng = Rng::from_entropy();
  Error error{};
  for (int tries = 0; tries < kTries; ++tries) {
    if (tries > 0 && !clock_->wait_for(aws::retry_delay(kBackoff, tries - 1, rng), stop)) {
      return fail(ErrorKind::cancelled, "stopped while {} events wait for the DynamoDB table {}",
                  items.size(), options_.table_name);
    }
    auto left = dynamodb_.batch_put(options_.table_name, items, stop);
    if (left) {
      if (left->empty()) return {};
      error = not_taken(options_.table_name, left->size());
      if (left->size() < items.size()) tries = 0;
      items = std::move(*left);
    } else {
      error = about(options_.table_name, left.error()).error();
      if (!may_pass(error.kind)) break;
    }
  }
  return std::unexpected(std::move(error));
}

Result<std::vector<event::Envelope>> EventTable::query_by_camera(const std::string& camera_id,
                                                                 std::int64_t start_ts_ms, std::size_t limit,
                                                                 std::stop_token stop) const {
  return query(
      {.camera_id = camera_id, .since_ms = start_ts_ms, .limit = limit, .order = event::Order::oldest_first},
      clock_->wall_ms(), std::move(stop));
}

Result<std::vector<event::Envelope>> EventTable::query(const event::Query& query, std::int64_t now_ms,
                                                       std::stop_token stop) const {
  if (query.camera_id.empty()) {
    return fail(ErrorKind::invalid, "a query of the DynamoDB table {} needs a camera_id: {} is by camera",
                options_.table_name, kCameraIndex);
  }
  std::vector<event::Envelope> found;
  const auto asked = item_query(options_.table_name, query, now_ms);
  if (!asked) return found;
  std::optional<aws::Item> next;
  do {
    const auto page = dynamodb_.query(*asked, next, stop);
    if (!page) return about(options_.table_name, page.error());
    for (const auto& item : page->items) {
      if (is_expired(item, now_ms)) continue;  // Not everything that speaks DynamoDB filters as it does.
      auto envelope = from_item(item);
      if (!envelope) return std::unexpected(envelope.error());
      if (!event::matches(query, *envelope)) continue;  // DynamoDB knows no filter for a text's case.
      found.push_back(std::move(*envelope));
      if (query.limit != 0 && found.size() == query.limit) return found;
    }
    next = page->next;
  } while (next);
  return found;
}

}  // namespace kinesight::publish
