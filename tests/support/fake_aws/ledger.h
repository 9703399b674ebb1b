// What the fake has durably done, in order, and what it was asked: the truth that tests compare with.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <map>
#include <mutex>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace kinesight::support {

/// How much the ledger keeps of what it is given.
enum class Keep {
  counts,  ///< Only how many: for benchmarks.
  hashes,  ///< The order and SHA-256 of all data.
  data,    ///< The data too; GetRecords and GetObject need it.
};

/// A record that is in a Kinesis stream.
struct KinesisRecord {
  std::string stream;
  std::string shard;
  std::string partition_key;
  std::string sequence_number;
  std::int64_t arrived_ms = 0;
  std::string data;    ///< Keep::data.
  std::string sha256;  ///< Hex; Keep::hashes.
};

/// An object that was put into a bucket.
struct ObjectPut {
  std::string bucket;
  std::string key;
  std::size_t bytes = 0;
  std::string sha256;  ///< Hex; not with Keep::counts.
};

/// An item that was put into a table.
struct ItemPut {
  std::string table;
  nlohmann::json key;
  nlohmann::json item;  ///< Keep::data.
};

/// What became of the requests of one action.
struct ActionCounts {
  int seen = 0;                       ///< Arrived, as far as their head.
  int executed = 0;                   ///< Did (some of) what they asked.
  int answered = 0;                   ///< Got a whole and honest answer, be it of success or of failure.
  std::map<std::string, int> faults;  ///< Dealt, by kind.
};

/// All that happened.
struct Events {
  std::vector<KinesisRecord> records;  ///< Not with Keep::counts.
  std::vector<ObjectPut> objects;
  std::vector<ItemPut> items;
  std::size_t record_count = 0;
  std::size_t object_count = 0;
  std::size_t item_count = 0;
  std::map<std::string, ActionCounts> actions;  ///< "kinesis:PutRecords"
};

/// Writes Events and lets others read them, and wait for them. Thread-safe.
class Ledger {
 public:
  explicit Ledger(Keep keep) : keep_(keep) {}
  Keep keep() const { return keep_; }

  void add(std::vector<KinesisRecord> records);
  void add_records(std::size_t count);  ///< With Keep::counts.
  void add(ObjectPut object);
  void add(ItemPut item);
  /// Changes the counts of an action.
  template <class Change>
  void count(const std::string& action, Change change) {
    {
      const std::lock_guard lock(mutex_);
      change(events_.actions[action]);
    }
    changed_.notify_all();
  }
  void clear();

  /// What `question(const Events&)` says, asked while nothing changes.
  template <class Question>
  auto read(Question question) const {
    const std::lock_guard lock(mutex_);
    return question(events_);
  }
  Events snapshot() const;
  ActionCounts counts(const std::string& action) const;
  /// Each action that was asked for: "kinesis:PutRecords".
  std::set<std::string> actions() const;
  /// Waits until `predicate(const Events&)` holds; false when it does not within `timeout`.
  template <class Predicate>
  bool wait_for(Predicate predicate, std::chrono::milliseconds timeout = std::chrono::seconds(20)) const {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, timeout, [&] { return predicate(std::as_const(events_)); });
  }
  /// As GET /_fake/ledger has it; with `entries` all records, objects and items, else their numbers alone.
  nlohmann::json to_json(bool entries) const;

 private:
  const Keep keep_;
  mutable std::mutex mutex_;
  mutable std::condition_variable changed_;
  Events events_;
};

}  // namespace kinesight::support
