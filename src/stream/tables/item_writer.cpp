#include "stream/tables/item_writer.h"

#include <algorithm>
#include <unordered_map>

#include "publish/ddb/attribute.h"
#include "stream/tables/parallel.h"

namespace kinesight::stream {
namespace {

using aws::DynamoDb;
using aws::Item;

using Batch = std::vector<Item>;

/// An item's keys in one text. A table's key attributes are S or N: neither S, being JSON here, nor N holds a
/// line feed as it is.
std::string key_of(const Item& item, const std::vector<std::string>& keys) {
  std::string text;
  for (const std::string& key : keys) text += item.at(key).dump() + '\n';
  return text;
}

/// Those that are to be written: of each key the last one.
Batch last_of_each(Batch items, const std::vector<std::string>& keys) {
  std::unordered_map<std::string, std::size_t> places;
  Batch last;
  last.reserve(items.size());
  for (Item& item : items) {
    const auto [place, is_new] = places.try_emplace(key_of(item, keys), last.size());
    if (is_new) {
      last.push_back(std::move(item));
    } else {
      last[place->second] = std::move(item);
    }
  }
  return last;
}

/// The most that an item takes of a request: a control character takes six bytes in JSON, a number of a list
/// five times its own.
std::size_t most_bytes(const Item& item) {
  constexpr std::size_t growth = 6;
  constexpr std::size_t wrapping = 64;
  return publish::item_bytes(item) * growth + wrapping * (item.size() + 1);
}

std::vector<Batch> batches_of(Batch items) {
  std::vector<Batch> batches;
  std::size_t bytes = 0;
  for (Item& item : items) {
    const std::size_t more = most_bytes(item);
    const bool full = batches.empty() || batches.back().size() == DynamoDb::kMaxBatchItems ||
                      bytes + more > DynamoDb::kMaxBatchBytes;
    if (full) {
      batches.emplace_back();
      bytes = 0;
    }
    batches.back().push_back(std::move(item));
    bytes += more;
  }
  return batches;
}

/// An answer that cannot be read is one that got lost.
bool may_pass(ErrorKind kind) {
  return kind == ErrorKind::throttled || kind == ErrorKind::unavailable || kind == ErrorKind::corrupt;
}

/// Whether all of `some` are among `items`.
bool are_of(const Batch& some, const Batch& items, const std::vector<std::string>& keys) {
  return std::ranges::all_of(some, [&](const Item& one) {
    return std::ranges::any_of(items, [&](const Item& item) {
      return std::ranges::all_of(
          keys, [&](const std::string& key) { return one.contains(key) && one.at(key) == item.at(key); });
    });
  });
}

}  // namespace

Result<> ItemWriter::put(Batch items, std::stop_token stop) {
  std::vector<Batch> batches = batches_of(last_of_each(std::move(items), keys_));
  const auto write = [&](std::size_t i, std::stop_token ended) {
    return put_batch(std::move(batches[i]), std::move(ended));
  };
  return pool_.run(batches.size(), write, std::move(stop));
}

Result<> ItemWriter::put_batch(Batch items, std::stop_token stop) {
  Backoff pauses(kTablePauses, Rng::from_entropy());
  while (true) {
    auto left = dynamodb_.batch_put(table_, items, stop);
    Error error;
    if (left && are_of(*left, items, keys_)) {
      const std::size_t taken = items.size() - std::min(left->size(), items.size());
      if (taken > 0) {
        patience_.written(taken);
        pauses.reset();
      }
      if (left->empty()) return {};
      error = {ErrorKind::throttled,
               fmt::format("table {} did not take {} of {} items: it is asked for more writes than its "
                           "capacity; raise that, or make it on demand",
                           table_, left->size(), items.size())};
      items = std::move(*left);
    } else if (left) {
      error = {ErrorKind::corrupt,
               "DynamoDB BatchWriteItem: expected UnprocessedItems to be of the request, found others"};
    } else {
      error = wrap(left.error().error, fmt::format("table {}", table_)).error();
      if (!may_pass(error.kind)) return std::unexpected(std::move(error));
    }
    if (auto waited = patience_.wait(pauses, error, stop); !waited) return waited;
  }
}

}  // namespace kinesight::stream
