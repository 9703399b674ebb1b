// What consumers are tested with: tables in memory that fail when they are told to, and records.
#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "base/rng.h"
#include "stream/tables/tables.h"

namespace kinesight::stream {

/// A measurement of the air-quality feed, with all that it has to have.
inline std::string record(const std::string& city, std::int64_t time_ms, double pm25, bool duplicate) {
  nlohmann::json record = {
      {"city_id", city},      {"timestamp", time_ms},   {"city_name", "Name of " + city},
      {"pm25_value", pm25},   {"pm10_value", pm25 * 2}, {"aqi_value", 50},
      {"aqi_category", "ok"}, {"temperature_c", 20.5},  {"message_id", city + std::to_string(time_ms)}};
  if (duplicate) record["is_duplicate"] = true;
  return record.dump();
}

/// Tables in memory, which fail by chance, before or after they took what they were given: as a process that
/// ends there.
class FlakyTables final : public Tables {
 public:
  explicit FlakyTables(std::uint64_t seed) : rng_(seed) {}

  Result<> put_measurements(std::span<const Measurement> measurements, std::stop_token) override {
    return with_chance([&] {
      for (const auto& one : measurements) by_time[{one.key, one.timestamp}] = one.fields;
    });
  }
  Result<> put_windows(std::span<const WindowResult> results, std::stop_token) override {
    return with_chance([&] {
      for (const auto& one : results) {
        const auto [there, is_new] = windows.try_emplace({one.key, one.start_ms}, one);
        EXPECT_TRUE(is_new || there->second == one) << "two results of one window differ";
      }
    });
  }
  Result<> put_dead_letters(std::span<const DeadLetter> given, std::stop_token) override {
    return with_chance([&] {
      for (const auto& one : given) letters[one.error_id] = one;
    });
  }
  Result<std::vector<Measurement>> latest(const std::string&, int, std::int64_t, std::stop_token) override {
    return std::vector<Measurement>();
  }

  std::map<std::pair<std::string, std::int64_t>, WindowResult> windows;
  std::map<std::pair<std::string, std::int64_t>, nlohmann::json> by_time;
  std::map<std::string, DeadLetter> letters;
  std::function<void()> on_put = [] {};
  double failing = 0;  ///< How likely a write fails before it is done, and after it.
  int failed = 0;

 private:
  template <class Put>
  Result<> with_chance(const Put& put) {
    const bool before = rng_.chance(failing), after = rng_.chance(failing);
    if (!before) put();
    on_put();
    if (!before && !after) return {};
    ++failed;
    return fail(ErrorKind::unavailable, "the tables fail, as they were told");
  }

  Rng rng_;
};

}  // namespace kinesight::stream
