// Which events a sink is told of.
#pragma once

#include <string>
#include <vector>

#include "config/table.h"
#include "event/envelope.h"
#include "publish/outbox/delivery.h"

namespace kinesight::publish {

/// The options of every sink that can be told of some events only. An empty list lets all through.
struct EventFilter {
  std::vector<std::string> cameras;
  std::vector<std::string> types;
  std::vector<std::string> labels;
  double min_conf = 0;

  /// Whether everything passes: no event needs to be read for it.
  bool passes_all() const;
  bool passes(const event::Envelope& event) const;
};

/// What the filter makes of an entry of the events' log before it is sent: nothing where it is to be sent,
/// else that it is unwanted, or refused (it is no event).
std::optional<Outcome> held_back(const EventFilter& filter, const Entry& entry);

/// The filter's rows, at the end of the table of `Options`, which is derived from EventFilter.
template <class Options>
config::Describe<Options>& with_filter(config::Describe<Options>& table) {
  return table
      .option("cameras", static_cast<std::vector<std::string> Options::*>(&Options::cameras),
              "Only events of these cameras. Empty: of all.")
      .option("types", static_cast<std::vector<std::string> Options::*>(&Options::types),
              "Only events of these types: object, weapon, fire, smoke, alpr. Empty: of all.")
      .option("labels", static_cast<std::vector<std::string> Options::*>(&Options::labels),
              "Only events with these labels, such as knife. Empty: with all.")
      .option("min_conf", static_cast<double Options::*>(&Options::min_conf),
              "Only events of at least this confidence.")
      .range(0, 1);
}

}  // namespace kinesight::publish
