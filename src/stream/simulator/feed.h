// The simulated feed: which record comes when.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "base/rng.h"
#include "stream/simulator/options.h"

namespace kinesight::stream {

/// What is the matter with a simulated record.
enum class Made { measurement, late, flagged_duplicate, silent_duplicate, broken };

/// A record of the feed.
struct SimulatedRecord {
  std::string json;  ///< Of a broken one: whatever it is.
  Made made = Made::measurement;
  std::int64_t at_us = 0;  ///< When it comes, in Unix microseconds.
};

/// Makes one record after the other. Endless; the same seed, start and shape make the same.
///
/// A measurement has the fields of the air-quality feed: city_id, city_name, pm25_value and pm10_value in
/// µg/m³, aqi_value and aqi_category (simulator/aqi.h), temperature_c, timestamp (UTC, no zone). Fine
/// particles rise with the morning and the evening traffic of the city's own time, temperatures go by
/// latitude, season and hour, and both drift at random. No two measurements of a city have the same
/// timestamp; a duplicate is one of the last hundred records once more.
class AirQualityFeed {
 public:
  AirQualityFeed(const FeedShape& shape, std::uint64_t seed, std::int64_t start_ms);

  SimulatedRecord next();

 private:
  struct Station {
    double particles_drift = 0;
    double warmth_drift = 0;
    std::int64_t last_us = 0;
    std::uint64_t late = 0;
  };

  double arrival_seconds(std::uint64_t number) const;
  Made draw();
  std::string measurement(std::int64_t at_us, bool late);
  std::int64_t time_of_measurement(Station& station, std::int64_t at_us, bool late);
  std::string duplicate(bool flagged);
  std::string broken(std::int64_t at_us);
  void remember(const std::string& json);
  double normal();

  const FeedShape shape_;
  const std::int64_t start_us_;
  Rng rng_;
  std::vector<Station> stations_;
  std::vector<std::string> recent_;
  std::size_t oldest_ = 0;
  std::uint64_t number_ = 0;
};

}  // namespace kinesight::stream
