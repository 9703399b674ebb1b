#include "publish/event_filter.h"

#include <algorithm>

namespace kinesight::publish {
namespace {

bool lets_through(const std::vector<std::string>& wanted, const std::string& value) {
  return wanted.empty() || std::ranges::find(wanted, value) != wanted.end();
}

}  // namespace

bool EventFilter::passes_all() const {
  return cameras.empty() && types.empty() && labels.empty() && min_conf <= 0;
}

bool EventFilter::passes(const event::Envelope& event) const {
  return lets_through(cameras, event.camera_id) && lets_through(types, event.payload.type) &&
         lets_through(labels, event.payload.label) && event.payload.conf >= min_conf;
}

std::optional<Outcome> held_back(const EventFilter& filter, const Entry& entry) {
  if (filter.passes_all()) return std::nullopt;
  const auto event = event::parse_envelope(entry.payload);
  if (!event) return Outcome{.verdict = Verdict::refused, .error = event.error()};
  if (!filter.passes(*event)) return Outcome{.verdict = Verdict::unwanted};
  return std::nullopt;
}

}  // namespace kinesight::publish
