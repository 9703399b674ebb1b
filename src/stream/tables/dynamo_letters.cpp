#include "stream/tables/dynamo_letters.h"

#include <charconv>

#include "publish/ddb/attribute.h"
#include "stream/tables/attributes.h"
#include "stream/tables/parallel.h"

namespace kinesight::stream {
namespace {

using aws::Item;

Item key_of(const std::string& id) { return {{kErrorIdAttribute, {{"S", id}}}}; }

/// An attribute as text; empty where it is none.
std::string text_of(const Item& item, const char* name) {
  const auto value = publish::from_attribute(item.value(name, Item()));
  if (!value) return {};
  return value->is_string() ? value->get<std::string>() : value->dump();
}

/// Others write a number, or a fraction of a second.
std::int64_t seconds_of(const std::string& text) {
  double seconds = 0;
  const auto end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, seconds);
  constexpr double most = 253'402'300'799;  // The end of the year 9999.
  const bool sound = error == std::errc{} && rest == end && seconds >= 0 && seconds <= most;
  return sound ? static_cast<std::int64_t>(seconds) : 0;
}

DeadLetter from_item(const Item& item) {
  return {.error_id = text_of(item, kErrorIdAttribute),
          .error_timestamp = seconds_of(text_of(item, kErrorTimestampAttribute)),
          .error_message = text_of(item, kErrorMessageAttribute),
          .record_data = text_of(item, kRecordDataAttribute)};
}

}  // namespace

Result<LetterPage> DynamoLetters::page(const std::optional<std::string>& from, std::stop_token stop) {
  std::optional<Item> start;
  if (from) start = key_of(*from);
  const auto found = dynamodb_.scan(table_, {}, start, std::move(stop));
  if (!found) return wrap(found.error().error, "table " + table_);
  LetterPage page;
  for (const Item& item : found->items) page.letters.push_back(from_item(item));
  if (found->next) page.next = text_of(*found->next, kErrorIdAttribute);
  return page;
}

Result<std::optional<DeadLetter>> DynamoLetters::find(const std::string& id, std::stop_token stop) {
  if (id.empty()) return std::nullopt;  // No key of DynamoDB.
  const aws::ItemQuery query{.table = table_,
                             .index = {},
                             .key_condition = "#id = :id",
                             .filter = {},
                             .names = {{"#id", kErrorIdAttribute}},
                             .values = {{":id", {{"S", id}}}},
                             .consistent = true,
                             .page_items = {}};
  const auto found = dynamodb_.query(query, {}, std::move(stop));
  if (!found) return wrap(found.error().error, "table " + table_);
  if (found->items.empty()) return std::nullopt;
  return from_item(found->items.front());
}

Result<> DynamoLetters::drop(std::span<const std::string> ids, std::stop_token stop) {
  const auto remove = [&](std::size_t i, std::stop_token ended) -> Result<> {
    const auto done = dynamodb_.delete_item(table_, key_of(ids[i]), std::move(ended));
    if (!done) return wrap(done.error().error, "table " + table_);
    return {};
  };
  return Pool(kInFlight).run(ids.size(), remove, std::move(stop));
}

}  // namespace kinesight::stream
