#include "event/query.h"

#include <algorithm>
#include <string_view>

namespace kinesight::event {
namespace {

char folded(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool holds(std::string_view text, std::string_view part) {
  return !std::ranges::search(text, part, {}, folded, folded).empty() || part.empty();
}

/// Whether one of the texts in `json`, however deep, holds `part`; the names of members are none.
bool any_holds(const nlohmann::json& json, std::string_view part) {
  if (json.is_string()) return holds(json.get_ref<const std::string&>(), part);
  return json.is_structured() &&
         std::ranges::any_of(json, [&](const auto& member) { return any_holds(member, part); });
}

bool is_or_any(std::string_view wanted, std::string_view is) { return wanted.empty() || wanted == is; }

}  // namespace

bool matches(const Query& query, const Envelope& envelope) {
  const auto& payload = envelope.payload;
  return is_or_any(query.event_id, envelope.event_id) && is_or_any(query.camera_id, envelope.camera_id) &&
         is_or_any(query.type, payload.type) && is_or_any(query.label, payload.label) &&
         (!query.since_ms || payload.ts_ms >= *query.since_ms) &&
         (!query.until_ms || payload.ts_ms < *query.until_ms) &&
         (query.text.empty() || holds(envelope.camera_id, query.text) || holds(payload.type, query.text) ||
          holds(payload.label, query.text) || any_holds(payload.extras, query.text));
}

}  // namespace kinesight::event
