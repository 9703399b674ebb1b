#include "stream/simulator/options.h"

#include "event/moment.h"

namespace kinesight::stream {
namespace {

constexpr double kMaxRate = 1e6;

std::optional<std::string> start_fault(const std::string& text) {
  if (text.empty()) return std::nullopt;
  const auto moment = event::parse_moment(text, 0);
  return moment ? std::nullopt : std::optional(moment.error().message);
}

FeedShape shape_of_mode(SimulatorMode mode) {
  if (mode == SimulatorMode::development) return {};
  FeedShape shape;
  shape.rate = 500;
  shape.cities = 40;
  shape.duplicates = 0.01;
  shape.late = 0.02;
  shape.broken = 0.001;
  if (mode == SimulatorMode::burst) {
    shape.burst_factor = 10;
    shape.burst_seconds = 10;
  }
  return shape;
}

}  // namespace

FeedShape shape_of(const SimulatorOptions& options) {
  FeedShape shape = shape_of_mode(options.mode);
  shape.rate = options.rate.value_or(shape.rate);
  shape.cities = options.cities.value_or(shape.cities);
  shape.duplicates = options.duplicates.value_or(shape.duplicates);
  shape.late = options.late.value_or(shape.late);
  shape.broken = options.broken.value_or(shape.broken);
  shape.max_late_seconds = options.max_late_seconds;
  return shape;
}

const config::Table& SimulatorOptions::table() {
  static const config::Table table =
      config::describe<SimulatorOptions>(
          "simulator",
          "Makes measurements of the air of cities, with a day's ups and downs, and with duplicates, late "
          "and "
          "broken records among them. The same seed and start make the same records.")
          .choice(
              "mode", &SimulatorOptions::mode,
              {{"development", SimulatorMode::development},
               {"production", SimulatorMode::production},
               {"burst", SimulatorMode::burst}},
              "development: 10 records a second from 5 cities, many not as they should be; production: "
              "500 from 40; burst: the same, and ten times as many in the last 10 seconds of each minute.")
          .option("seed", &SimulatorOptions::seed, "What chance goes by.")
          .range(0, 1e15)
          .choice("pace", &SimulatorOptions::pace,
                  {{"realtime", SimulatorPace::realtime}, {"max", SimulatorPace::max}},
                  "realtime: each record at its time; max: all at once, as fast as they are taken.")
          .option("start", &SimulatorOptions::start, "The time of the first record. Empty: now.")
          .sound("an ISO time or Unix milliseconds", start_fault)
          .option("rate", &SimulatorOptions::rate, "Records a second, outside bursts. Empty: the mode's.")
          .range(0.001, kMaxRate)
          .option("cities", &SimulatorOptions::cities, "How many cities. Empty: the mode's.")
          .range(1, 40)
          .option(
              "duplicates", &SimulatorOptions::duplicates,
              "The share of records that were sent before; every other one says so (is_duplicate). Empty: "
              "the mode's.")
          .range(0, 1)
          .option("late", &SimulatorOptions::late,
                  "The share of records whose measurement is half a minute old or older. Empty: the mode's.")
          .range(0, 1)
          .option("broken", &SimulatorOptions::broken,
                  "The share of records that cannot be read. Empty: the mode's.")
          .range(0, 1)
          .option("max_late_seconds", &SimulatorOptions::max_late_seconds,
                  "How old a late record is at most.")
          .range(31, 86'400)
          .rule([](const SimulatorOptions& options) -> std::optional<std::string> {
            const FeedShape shape = shape_of(options);
            if (shape.duplicates + shape.late + shape.broken <= 1) return std::nullopt;
            return "shares of duplicates, late and broken records that are 1 at most together";
          });
  return table;
}

}  // namespace kinesight::stream
