#include "stream/simulator/feed.h"

#include <algorithm>
#include <cmath>

#include "stream/record/stamp.h"
#include "stream/simulator/aqi.h"
#include "stream/simulator/cities.h"
#include "stream/simulator/weather.h"

namespace kinesight::stream {
namespace {

constexpr std::size_t kRecent = 100;
constexpr int kLeastLateSeconds = 30;

int last_index(std::size_t size) { return static_cast<int>(size) - 1; }

/// Drifts about 0 with a standard deviation of about 1, slowly.
double drift(double value, double step) { return 0.98 * value + 0.2 * step; }

}  // namespace

AirQualityFeed::AirQualityFeed(const FeedShape& shape, std::uint64_t seed, std::int64_t start_ms)
    : shape_(shape),
      start_us_(start_ms * 1000),
      rng_(seed),
      stations_(static_cast<std::size_t>(shape.cities)) {}

double AirQualityFeed::arrival_seconds(std::uint64_t number) const {
  const auto index = static_cast<double>(number);
  if (shape_.burst_seconds <= 0) return index / shape_.rate;
  const double quiet_seconds = shape_.burst_period_seconds - shape_.burst_seconds;
  const double quiet = quiet_seconds * shape_.rate;
  const double in_period = quiet + shape_.burst_seconds * shape_.rate * shape_.burst_factor;
  const double periods = std::floor(index / in_period);
  const double left = index - periods * in_period;
  const double seconds = left < quiet ? left / shape_.rate
                                      : quiet_seconds + (left - quiet) / (shape_.rate * shape_.burst_factor);
  return periods * shape_.burst_period_seconds + seconds;
}

/// About normally distributed: mean 0, standard deviation 1.
double AirQualityFeed::normal() {
  return 2 * (rng_.uniform(0, 1) + rng_.uniform(0, 1) + rng_.uniform(0, 1) - 1.5);
}

Made AirQualityFeed::draw() {
  double chance = rng_.uniform(0, 1);
  if ((chance -= shape_.broken) < 0) return Made::broken;
  if ((chance -= shape_.late) < 0) return Made::late;
  if ((chance -= shape_.duplicates) < 0 && !recent_.empty())
    return rng_.chance(0.5) ? Made::flagged_duplicate : Made::silent_duplicate;
  return Made::measurement;
}

SimulatedRecord AirQualityFeed::next() {
  SimulatedRecord record;
  record.at_us = start_us_ + static_cast<std::int64_t>(arrival_seconds(number_++) * 1e6);
  record.made = draw();
  switch (record.made) {
    case Made::measurement:
    case Made::late:
      record.json = measurement(record.at_us, record.made == Made::late);
      remember(record.json);
      break;
    case Made::flagged_duplicate:
    case Made::silent_duplicate:
      record.json = duplicate(record.made == Made::flagged_duplicate);
      break;
    case Made::broken:
      record.json = broken(record.at_us);
  }
  return record;
}

/// Those that are on time have even microseconds, which grow; late ones have odd ones, of which a city has
/// 500 before one can come again.
std::int64_t AirQualityFeed::time_of_measurement(Station& station, std::int64_t at_us, bool late) {
  if (!late) return station.last_us = std::max(at_us - at_us % 2, station.last_us + 2);
  const double seconds = rng_.uniform(kLeastLateSeconds, shape_.max_late_seconds);
  const auto ms = at_us / 1000 - static_cast<std::int64_t>(seconds * 1000);
  return ms * 1000 + static_cast<std::int64_t>(station.late++ % 500 * 2 + 1);
}

std::string AirQualityFeed::measurement(std::int64_t at_us, bool late) {
  const auto index = static_cast<std::size_t>(rng_.integer(0, last_index(stations_.size())));
  const City& city = cities()[index];
  Station& station = stations_[index];
  const std::int64_t time_us = time_of_measurement(station, at_us, late);
  station.particles_drift = drift(station.particles_drift, normal());
  station.warmth_drift = drift(station.warmth_drift, normal());
  const double particles =
      city.pm25 * traffic_factor(city, time_us) * std::exp(0.3 * station.particles_drift);
  const double pm25 = std::round(std::clamp(particles, 0.5, 900.0) * 10) / 10;
  const double pm10 = pm25 * rng_.uniform(1.3, 2.1) + 1;
  const Aqi aqi = aqi_of_pm25(pm25);
  return fmt::format(
      R"({{"city_id": "{}", "city_name": "{}", "pm25_value": {:.1f}, "pm10_value": {:.1f}, "aqi_value": {}, )"
      R"("aqi_category": "{}", "temperature_c": {:.1f}, "timestamp": "{}"}})",
      city.id, city.name, pm25, pm10, aqi.value, aqi.category,
      usual_temperature(city, time_us) + 2 * station.warmth_drift, isoformat_of_us(time_us));
}

void AirQualityFeed::remember(const std::string& json) {
  if (recent_.size() < kRecent) {
    recent_.push_back(json);
  } else {
    recent_[oldest_] = json;
    oldest_ = (oldest_ + 1) % kRecent;
  }
}

std::string AirQualityFeed::duplicate(bool flagged) {
  std::string json = recent_[static_cast<std::size_t>(rng_.integer(0, last_index(recent_.size())))];
  if (flagged) json.replace(json.size() - 1, 1, R"(, "is_duplicate": true})");
  return json;
}

std::string AirQualityFeed::broken(std::int64_t at_us) {
  std::string json = measurement(at_us, false);
  const auto replace = [&](std::string_view from, std::string_view until, std::string_view with) {
    const std::size_t begin = json.find(from) + from.size();
    json.replace(begin, json.find(until, begin) - begin, with);
  };
  switch (rng_.integer(0, 5)) {
    case 0:  // The connection broke.
      json.resize(json.size() / 2);
      break;
    case 1:
      json = "ERROR: sensor does not answer";
      break;
    case 2:
      json.replace(json.find("city_id"), 7, "station");
      break;
    case 3:
      replace(R"("timestamp": ")", "\"", "yesterday");
      break;
    case 4:
      replace(R"("pm25_value": )", ",", R"("n/a")");
      break;
    default:  // Latin-1, where UTF-8 was expected.
      replace(R"("city_name": ")", "\"", "K\xF6ln");
  }
  return json;
}

}  // namespace kinesight::stream
