#include "stream/windows/options.h"

#include <algorithm>
#include <numeric>

namespace kinesight::stream {
namespace {

constexpr int kWeek = 7 * 86'400;

std::optional<std::string> field_needed(const AggregateOptions& options) {
  if (options.function == Function::count || !options.field.empty()) return std::nullopt;
  return "the name of a field with numbers, which every function but count needs";
}

std::optional<std::string> quantile_needed(const AggregateOptions& options) {
  if (options.quantile.has_value() == (options.function == Function::quantile)) return std::nullopt;
  return options.quantile ? "it with function: quantile alone" : "one from 0 to 1 with function: quantile";
}

std::optional<std::string> slide_that_fits(const WindowOptions& options) {
  const int slide = options.slide_seconds;
  if (slide == 0) return std::nullopt;
  if (slide > options.size_seconds)
    return "at most size_seconds, or records between two windows would be in none";
  if (options.size_seconds / std::gcd(options.size_seconds, slide) <= kMaxPanes) return std::nullopt;
  return "one that has with size_seconds a common divisor of at least " +
         config::show((options.size_seconds + kMaxPanes - 1) / kMaxPanes);
}

}  // namespace

const config::Table& AggregateOptions::table() {
  static const config::Table table =
      config::describe<AggregateOptions>("aggregates", "What is computed of the records of a window.")
          .option("name", &AggregateOptions::name, "What the result calls it.")
          .required()
          .not_empty()
          .choice("function", &AggregateOptions::function,
                  {{"count", Function::count},
                   {"sum", Function::sum},
                   {"avg", Function::avg},
                   {"min", Function::min},
                   {"max", Function::max},
                   {"first", Function::first},
                   {"last", Function::last},
                   {"quantile", Function::quantile}},
                  "What of the field's numbers: first and last go by the time of the record; count without "
                  "a field counts all records; quantile is within 1 % of the number of that rank.")
          .required()
          .option("field", &AggregateOptions::field,
                  "The field; where it is absent or null, the record does not count here.")
          .rule(field_needed)
          .option("quantile", &AggregateOptions::quantile, "Which quantile: 0.5 is the median.")
          .range(0, 1)
          .rule(quantile_needed);
  return table;
}

const config::Table& WindowOptions::table() {
  static const config::Table table =
      config::describe<WindowOptions>("windows", "How records are summed up, per key, in windows of time.")
          .option("size_seconds", &WindowOptions::size_seconds, "How long a window is.")
          .range(1, kWeek)
          .option("slide_seconds", &WindowOptions::slide_seconds,
                  "A new window begins every so many seconds, counted from 1970; 0: when the one before "
                  "ends.")
          .range(0, kWeek)
          .rule(slide_that_fits)
          .choice("time", &WindowOptions::time,
                  {{"event", WindowTime::event}, {"processing", WindowTime::processing}},
                  "By which time a record belongs to a window: event, when it was measured; processing, "
                  "when it was read.")
          .option("lateness_seconds", &WindowOptions::lateness_seconds,
                  "By event time: how long after a newer record of its shard one may come and still count; "
                  "so long a window waits before it ends. Later ones are counted and kept aside.")
          .range(0, kWeek);
  return table;
}

WindowPlan plan_of(const WindowOptions& options) {
  constexpr std::int64_t ms = 1000;
  WindowPlan plan;
  plan.shape.size_ms = options.size_seconds * ms;
  plan.shape.slide_ms = options.slide_seconds == 0 ? plan.shape.size_ms : options.slide_seconds * ms;
  std::vector<std::string>& fields = plan.number_fields;
  for (const AggregateOptions& one : options.aggregates) {
    Aggregate aggregate{.name = one.name, .function = one.function};
    if (one.quantile) aggregate.quantile = *one.quantile;
    if (!one.field.empty()) {
      auto place = std::ranges::find(fields, one.field);
      if (place == fields.end()) place = fields.insert(place, one.field);
      aggregate.field = static_cast<std::size_t>(place - fields.begin());
    }
    plan.aggregates.push_back(std::move(aggregate));
  }
  return plan;
}

}  // namespace kinesight::stream
