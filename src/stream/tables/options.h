// tables: {…} and realtime: {…}: the tables that a consumer writes, and what stands in that of the newest
// measurements.
#pragma once

#include <string>
#include <vector>

#include "config/table.h"

namespace kinesight::stream {

/// What `tables` says.
struct TablesOptions {
  std::string realtime = "air-quality-realtime";
  std::string windows = "air-quality-windows";
  std::string dead_letters = "air-quality-dlq";
  std::string shards = "air-quality-shards";
  std::string region;
  std::string endpoint_url;
  static const config::Table& table();
};

/// What the table's `timestamp` is.
enum class RealtimeTimestamp {
  measured,  ///< The record's own time: a record that is read again overwrites.
  written,   ///< When it was written.
};

/// What `realtime` says.
struct RealtimeOptions {
  std::vector<std::string> fields = {"city_name", "pm25_value",   "pm10_value",
                                     "aqi_value", "aqi_category", "temperature_c"};
  std::vector<std::string> optional_fields{};
  RealtimeTimestamp timestamp = RealtimeTimestamp::measured;
  double ttl_hours = 24;
  static const config::Table& table();
};

}  // namespace kinesight::stream
