#include "support/fake_aws/ledger.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "support/fake_aws/encoding.h"

namespace kinesight::support {
namespace {

nlohmann::json json_of(const KinesisRecord& record) {
  return {{"stream", record.stream},
          {"shard", record.shard},
          {"partition_key", record.partition_key},
          {"sequence_number", record.sequence_number},
          {"arrived_ms", record.arrived_ms},
          {"data", fake::to_base64(record.data)},
          {"sha256", record.sha256}};
}

nlohmann::json json_of(const ObjectPut& object) {
  return {{"bucket", object.bucket}, {"key", object.key}, {"bytes", object.bytes}, {"sha256", object.sha256}};
}

nlohmann::json json_of(const ItemPut& item) {
  return {{"table", item.table}, {"key", item.key}, {"item", item.item}};
}

nlohmann::json json_of(const ActionCounts& counts) {
  return {{"seen", counts.seen},
          {"executed", counts.executed},
          {"answered", counts.answered},
          {"faults", counts.faults}};
}

template <class Range>
nlohmann::json list_of(const Range& range) {
  auto list = nlohmann::json::array();
  for (const auto& entry : range) list.push_back(json_of(entry));
  return list;
}

}  // namespace

void Ledger::add(std::vector<KinesisRecord> records) {
  {
    const std::lock_guard lock(mutex_);
    events_.record_count += records.size();
    std::ranges::move(records, std::back_inserter(events_.records));
  }
  changed_.notify_all();
}

void Ledger::add_records(std::size_t count) {
  {
    const std::lock_guard lock(mutex_);
    events_.record_count += count;
  }
  changed_.notify_all();
}

void Ledger::add(ObjectPut object) {
  {
    const std::lock_guard lock(mutex_);
    ++events_.object_count;
    if (keep_ != Keep::counts) events_.objects.push_back(std::move(object));
  }
  changed_.notify_all();
}

void Ledger::add(ItemPut item) {
  {
    const std::lock_guard lock(mutex_);
    ++events_.item_count;
    if (keep_ != Keep::counts) events_.items.push_back(std::move(item));
  }
  changed_.notify_all();
}

void Ledger::clear() {
  {
    const std::lock_guard lock(mutex_);
    events_ = {};
  }
  changed_.notify_all();
}

Events Ledger::snapshot() const {
  return read([](const Events& events) { return events; });
}

ActionCounts Ledger::counts(const std::string& action) const {
  return read([&](const Events& events) {
    const auto found = events.actions.find(action);
    return found == events.actions.end() ? ActionCounts{} : found->second;
  });
}

std::set<std::string> Ledger::actions() const {
  return read([](const Events& events) {
    std::set<std::string> names;
    for (const auto& [name, counts] : events.actions) names.insert(name);
    return names;
  });
}

nlohmann::json Ledger::to_json(bool entries) const {
  return read([&](const Events& events) {
    nlohmann::json json = {{"record_count", events.record_count},
                           {"object_count", events.object_count},
                           {"item_count", events.item_count},
                           {"actions", nlohmann::json::object()}};
    for (const auto& [name, counts] : events.actions) json["actions"][name] = json_of(counts);
    if (!entries) return json;
    json["records"] = list_of(events.records);
    json["objects"] = list_of(events.objects);
    json["items"] = list_of(events.items);
    return json;
  });
}

}  // namespace kinesight::support
