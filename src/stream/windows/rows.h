// Windows' results as rows: a column for the key, the window's bounds and each aggregate.
#pragma once

#include <nlohmann/json.hpp>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "stream/windows/aggregate.h"
#include "stream/windows/windows.h"

namespace kinesight::stream {

/// The columns of a window's bounds.
inline constexpr std::string_view kWindowStart = "window_start";
inline constexpr std::string_view kWindowEnd = "window_end";

/// A row's columns, in its order; `key` is what the key's field is called.
std::vector<std::string> columns_of(const std::string& key, std::span<const Aggregate> aggregates);

/// A result of these aggregates: {"city_id": …, "window_start": "2026-01-31T12:00:00Z", "window_end": …,
/// "avg_pm25": 12.5, …}, with the window's nominal bounds in UTC. A number that is whole and below 2^53 has
/// no fraction (3, not 3.0); an aggregate without a value is null.
nlohmann::ordered_json row_of(const std::string& key, std::span<const Aggregate> aggregates,
                              const WindowResult& result);

/// "2026-01-31T12:00:00Z", as a row has it; whole seconds.
std::string window_bound(std::int64_t ms);

}  // namespace kinesight::stream
