// windows: {…}: how long windows are, by which time, and what is computed of their records.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "config/table.h"
#include "stream/windows/windows.h"

namespace kinesight::stream {

/// An entry of `aggregates`: a column of the result.
struct AggregateOptions {
  std::string name;
  Function function = Function::count;
  std::string field;
  std::optional<double> quantile;
  static const config::Table& table();
  bool operator==(const AggregateOptions&) const = default;
};

/// By which time a record belongs to a window.
enum class WindowTime {
  event,       ///< When it was measured.
  processing,  ///< When it was read.
};

/// The most aggregates, and the most panes (see Windows) of a window.
inline constexpr std::size_t kMaxAggregates = 64;
inline constexpr int kMaxPanes = 1440;

/// What `windows` says. The defaults are those of the air-quality feed.
struct WindowOptions {
  int size_seconds = 300;
  int slide_seconds = 0;  ///< 0: as size_seconds.
  WindowTime time = WindowTime::event;
  double lateness_seconds = 60;
  std::vector<AggregateOptions> aggregates = {{"avg_pm25", Function::avg, "pm25_value", {}},
                                              {"max_pm25", Function::max, "pm25_value", {}},
                                              {"avg_aqi", Function::avg, "aqi_value", {}},
                                              {"max_aqi", Function::max, "aqi_value", {}},
                                              {"record_count", Function::count, "", {}}};
  /// All but the aggregates, which are a list of mappings.
  static const config::Table& table();
};

/// What Windows and parse_record() are made with.
struct WindowPlan {
  WindowShape shape;
  std::vector<Aggregate> aggregates;
  std::vector<std::string> number_fields;  ///< Each once; an aggregate's field is a place among them.
};

/// The plan of options that are checked.
WindowPlan plan_of(const WindowOptions& options);

}  // namespace kinesight::stream
