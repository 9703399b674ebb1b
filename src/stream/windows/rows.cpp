#include "stream/windows/rows.h"

#include <cassert>
#include <cmath>

#include "event/moment.h"

namespace kinesight::stream {
namespace {

nlohmann::ordered_json number_of(const std::optional<double>& value) {
  constexpr double integers_below = 9'007'199'254'740'992;  // 2^53
  if (!value) return nullptr;
  if (std::trunc(*value) == *value && std::abs(*value) < integers_below)
    return static_cast<std::int64_t>(*value);
  return *value;
}

}  // namespace

std::string window_bound(std::int64_t ms) {
  std::string text = event::format_moment(ms);
  const auto point = text.rfind('.');
  return text.substr(0, point) + "Z";
}

std::vector<std::string> columns_of(const std::string& key, std::span<const Aggregate> aggregates) {
  std::vector<std::string> columns{key, std::string(kWindowStart), std::string(kWindowEnd)};
  for (const Aggregate& one : aggregates) columns.push_back(one.name);
  return columns;
}

nlohmann::ordered_json row_of(const std::string& key, std::span<const Aggregate> aggregates,
                              const WindowResult& result) {
  assert(result.values.size() == aggregates.size());
  nlohmann::ordered_json row;
  row[key] = result.key;
  row[std::string(kWindowStart)] = window_bound(result.start_ms);
  row[std::string(kWindowEnd)] = window_bound(result.end_ms);
  for (std::size_t i = 0; i < aggregates.size(); ++i) row[aggregates[i].name] = number_of(result.values[i]);
  return row;
}

}  // namespace kinesight::stream
