// For tests/integration/test_ddb_s3.py: `drive_events TABLE` writes and reads events as it is told.
#include "publish/ddb/archive.h"
#include "publish/ddb/ddb_delivery.h"
#include "publish/ddb/provision.h"
#include "publish/driver.h"

namespace kinesight::publish {
namespace {

using support::error_json;
using support::Json;

std::vector<event::Envelope> envelopes_of(const Json& list) {
  std::vector<event::Envelope> envelopes;
  for (const auto& json : list) envelopes.push_back(event::parse_envelope(json.dump()).value());
  return envelopes;
}

Json events_json(const Result<std::vector<event::Envelope>>& found) {
  if (!found) return error_json(found.error());
  Json list = Json::array();
  for (const auto& envelope : *found) list.push_back(Json::parse(event::to_json(envelope)));
  return {{"events", list}};
}

/// One request of the outbox's.
Json delivered(const Json& list, const EventTable& table) {
  std::vector<Entry> entries;
  for (const auto& envelope : envelopes_of(list)) {
    auto& entry = entries.emplace_back();
    entry.key = envelope.camera_id;
    entry.name = envelope.event_id;
    entry.payload = event::to_json(envelope);
  }
  std::vector<const Entry*> batch;
  for (const auto& entry : entries) batch.push_back(&entry);
  const auto result = DdbDelivery(table).deliver(batch, {});
  if (result.whole) return error_json(*result.whole);
  const auto count = std::ranges::count(result.outcomes, Verdict::delivered, &Outcome::verdict);
  return {{"delivered", count}};
}

Json answer(const Json& question, const config::Parsed& options, aws::Session& session) {
  if (question.contains("provision")) {
    return support::provisioned(question.at("provision"), inspect_events_table, options, session);
  }
  const EventTable table(options.as<DdbOptions>(), aws::DynamoDb::make(session, {}).value());
  if (question.contains("put")) {
    const auto put = table.put_events(envelopes_of(question.at("put")), {});
    return put ? Json::object() : error_json(put.error());
  }
  if (question.contains("deliver")) return delivered(question.at("deliver"), table);
  if (question.contains("by_camera")) {
    const auto& asked = question.at("by_camera");
    return events_json(
        table.query_by_camera(asked.at("camera_id"), asked.at("start_ts_ms"), asked.value("limit", 100), {}));
  }
  const auto& asked = question.at("archive");
  const DdbArchive archive(table, asked.at("cameras"), Clock::system());
  return events_json(
      archive.events({.label = asked.value("label", ""), .limit = asked.value("limit", std::size_t{100})}));
}

}  // namespace
}  // namespace kinesight::publish

int main(int, char** arguments) {
  kinesight::config::Parsed options(kinesight::publish::DdbOptions::table());
  static_cast<kinesight::publish::DdbOptions*>(options.object())->table_name = arguments[1];
  return kinesight::support::drive([&](const auto& question, auto& session) {
    return kinesight::publish::answer(question, options, session);
  });
}
