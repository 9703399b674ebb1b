#include "stream/multilang/dynamo_progress.h"

#include <algorithm>
#include <charconv>
#include <iterator>

#include "base/base64.h"
#include "stream/tables/attributes.h"

namespace kinesight::stream::multilang {
namespace {

using aws::Item;

constexpr const char* kProgressPart = "progress";
constexpr const char* kClaims = "claims";
constexpr const char* kBytes = "bytes";

Item number(std::int64_t value) { return {{"N", std::to_string(value)}}; }
Item text(const std::string& value) { return {{"S", value}}; }

std::string part_name(std::int64_t claim, std::size_t part) {
  return fmt::format("window#{}#{:06}", claim, part);
}

/// The items' attributes are ours alone: what is absent or of another type is nobody's writing.
struct Unreadable {
  std::string name;
};

std::optional<std::string> find(const Item& item, const char* name, const char* type) {
  const auto found = item.find(name);
  if (found == item.end()) return std::nullopt;
  const auto value = found->find(type);
  if (value == found->end() || !value->is_string()) throw Unreadable{name};
  return value->get<std::string>();
}

std::optional<std::int64_t> find_number(const Item& item, const char* name) {
  const auto digits = find(item, name, "N");
  if (!digits) return std::nullopt;
  std::int64_t value = 0;
  const char* end = digits->data() + digits->size();
  if (std::from_chars(digits->data(), end, value).ptr != end) throw Unreadable{name};
  return value;
}

/// A list of maps, in DynamoDB's form.
Item floors_item(const std::vector<Floor>& floors) {
  Item list = Item::array();
  for (const Floor& one : floors) {
    list.push_back(
        {{"M",
          {{"from", text(one.range.from)}, {"to", text(one.range.to)}, {"ended_ms", number(one.ended_ms)}}}});
  }
  return {{"L", std::move(list)}};
}

/// Throws also json::exception.
std::vector<Floor> floors_of(const Item& item) {
  std::vector<Floor> floors;
  for (const Item& one : item.at("floors").at("L")) {
    const Item& floor = one.at("M");
    auto range = HashRange::make(find(floor, "from", "S").value_or(""), find(floor, "to", "S").value_or(""));
    const auto ended = find_number(floor, "ended_ms");
    if (!range || !ended) throw Unreadable{"floors"};
    floors.push_back({std::move(*range), *ended});
  }
  return floors;
}

Progress progress_of(const Item& item) {
  Progress progress;
  const auto claims = find_number(item, kClaims);
  if (!claims) throw Unreadable{kClaims};
  progress.claims = *claims;
  progress.made_of = find(item, "made_of", "S").value_or("");
  if (const auto through = find(item, "through", "S")) {
    const auto position = position_from_text(*through);
    if (!position || position->kind != Position::Kind::record) throw Unreadable{"through"};
    progress.through = *position;
  }
  progress.ended_ms = find_number(item, "ended_ms");
  progress.watermark_ms = find_number(item, "watermark_ms");
  progress.floors = floors_of(item);
  const auto parts = find_number(item, "window_parts");
  if (parts) progress.handed_over = {find_number(item, "window_claim").value_or(0), *parts};
  return progress;
}

bool may_pass(ErrorKind kind) { return kind == ErrorKind::throttled || kind == ErrorKind::unavailable; }

}  // namespace

DynamoProgress::DynamoProgress(const aws::DynamoDb& dynamodb, const std::string& table, Clock& clock,
                               telemetry::Telemetry telemetry)
    : dynamodb_(dynamodb),
      table_(table),
      clock_(&clock),
      writer_(dynamodb, table, {kShardAttribute, kPartAttribute}, pool_, clock, telemetry),
      patience_(table, clock, telemetry) {}

Item DynamoProgress::item_of(const std::string& shard, const std::string& part) const {
  return {{kShardAttribute, text(shard)},
          {kPartAttribute, text(part)},
          {kTtlAttribute, number(clock_->wall_ms() / 1000 + kLifeSeconds)}};
}

/// All items of a shard whose part begins so, in the order of their parts.
Result<std::vector<Item>> DynamoProgress::items(const std::string& shard, const std::string& part_begins,
                                                std::stop_token stop) {
  const aws::ItemQuery query{.table = table_,
                             .index = {},
                             .key_condition = "#shard = :shard AND begins_with(#part, :part)",
                             .filter = {},
                             .names = {{"#shard", kShardAttribute}, {"#part", kPartAttribute}},
                             .values = {{":shard", text(shard)}, {":part", text(part_begins)}},
                             .consistent = true,
                             .page_items = {}};
  Backoff pauses(kTablePauses, Rng::from_entropy());
  std::vector<Item> found;
  std::optional<Item> next;
  do {
    auto page = dynamodb_.query(query, next, stop);
    if (!page) {
      const Error error = wrap(page.error().error, "table " + table_).error();
      if (!may_pass(error.kind)) return std::unexpected(error);
      if (auto waited = patience_.wait(pauses, error, stop); !waited) return std::unexpected(waited.error());
      continue;
    }
    std::ranges::move(page->items, std::back_inserter(found));
    next = std::move(page->next);
    if (!next) break;
  } while (true);
  return found;
}

Result<std::optional<Progress>> DynamoProgress::load(const std::string& shard, std::stop_token stop) {
  const auto found = items(shard, kProgressPart, std::move(stop));
  if (!found) return std::unexpected(found.error());
  if (found->empty()) return std::nullopt;
  try {
    return progress_of(found->front());
  } catch (const Unreadable& what) {
    return fail(ErrorKind::corrupt, "table {}, shard {}: expected what kinesight wrote, found another '{}'",
                table_, shard, what.name);
  } catch (const nlohmann::json::exception& what) {
    return fail(ErrorKind::corrupt, "table {}, shard {}: expected what kinesight wrote: {}", table_, shard,
                what.what());
  }
}

Result<bool> DynamoProgress::save(const std::string& shard, const Progress& progress, std::int64_t seen,
                                  std::stop_token stop) {
  Item item = item_of(shard, kProgressPart);
  item[kClaims] = number(progress.claims);
  item["made_of"] = text(progress.made_of);
  if (progress.through) item["through"] = text(to_text(*progress.through));
  if (progress.ended_ms) item["ended_ms"] = number(*progress.ended_ms);
  if (progress.watermark_ms) item["watermark_ms"] = number(*progress.watermark_ms);
  item["floors"] = floors_item(progress.floors);
  if (progress.handed_over) {
    item["window_claim"] = number(progress.handed_over->claim);
    item["window_parts"] = number(progress.handed_over->parts);
  }
  aws::ItemCondition condition{.expression = "attribute_not_exists(#claims)",
                               .names = {{"#claims", kClaims}}};
  if (seen > 0) {
    condition.expression = "#claims = :seen";
    condition.values = {{":seen", number(seen)}};
  }
  Backoff pauses(kTablePauses, Rng::from_entropy());
  while (true) {
    const auto done = dynamodb_.put_item_if(table_, item, condition, stop);
    if (done) {
      patience_.written(*done ? 1 : 0);
      return *done;
    }
    const Error error = wrap(done.error().error, "table " + table_).error();
    if (!may_pass(error.kind)) return std::unexpected(error);
    if (auto waited = patience_.wait(pauses, error, stop); !waited) return std::unexpected(waited.error());
  }
}

Result<> DynamoProgress::put_parts(const std::string& shard, std::int64_t claim,
                                   std::span<const std::string> parts, std::stop_token stop) {
  std::vector<Item> items;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    items.push_back(item_of(shard, part_name(claim, i)));
    std::string base64;
    append_base64(base64, parts[i]);
    items.back()[kBytes] = {{"B", std::move(base64)}};
  }
  return items.empty() ? Result<>() : writer_.put(std::move(items), std::move(stop));
}

Result<std::vector<std::string>> DynamoProgress::parts(const std::string& shard, const HandOver& which,
                                                       std::stop_token stop) {
  const auto found = items(shard, fmt::format("window#{}#", which.claim), std::move(stop));
  if (!found) return std::unexpected(found.error());
  std::vector<std::string> parts;
  try {
    for (const Item& item : *found) {
      if (std::ssize(parts) == which.parts ||
          find(item, kPartAttribute, "S") != part_name(which.claim, parts.size()))
        break;
      std::string bytes = find(item, kBytes, "B").value_or("");
      const auto size = decode_base64_in_place(bytes);
      if (!size) throw Unreadable{kBytes};
      bytes.resize(*size);
      parts.push_back(std::move(bytes));
    }
  } catch (const Unreadable& what) {
    return fail(ErrorKind::corrupt, "table {}, shard {}: expected what kinesight wrote, found another '{}'",
                table_, shard, what.name);
  }
  if (std::ssize(parts) == which.parts) return parts;
  return fail(
      ErrorKind::corrupt,
      "table {}, shard {}: expected its open windows in {} parts, found {}: what its children count would "
      "lack the others",
      table_, shard, which.parts, parts.size());
}

}  // namespace kinesight::stream::multilang
