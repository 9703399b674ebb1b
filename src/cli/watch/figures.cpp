#include "cli/watch/figures.h"

#include <fmt/format.h>

#include <cmath>
#include <nlohmann/json.hpp>

namespace kinesight::cli {
namespace {

using Json = nlohmann::ordered_json;

std::string counted(std::uint64_t count, std::string_view thing, std::string_view plural = "s") {
  return fmt::format("{} {}{}", count, thing, count == 1 ? "" : plural);
}

/// Thousandths are all that these figures say.
double rounded(double value) { return std::round(value * 1000) / 1000; }

Json number(const std::optional<double>& value) { return value ? Json(rounded(*value)) : Json(nullptr); }

std::string json(const WatchFigures& figures, double time, bool summary) {
  Json line;
  line["type"] = summary ? "summary" : "progress";
  line["time"] = rounded(time);
  line["camera_id"] = figures.camera_id;
  line["state"] = figures.connection.state;
  line["frames"] = figures.frames;
  line["throttled"] = figures.throttled;
  line[summary ? "mean_fps" : "fps"] = rounded(figures.fps);
  line[summary ? "median_latency_seconds" : "latency_seconds"] = number(figures.latency);
  line["capture_time"] = number(figures.capture_time);
  line["width"] = figures.width;
  line["height"] = figures.height;
  line["reconnects"] = figures.connection.reconnects;
  line["url_refreshes"] = figures.connection.url_refreshes;
  line["read_errors"] = figures.connection.read_errors;
  return line.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace

std::string progress_line(const WatchFigures& now) {
  std::string line =
      fmt::format("{}: {}, {}", now.camera_id, now.connection.state, counted(now.frames, "frame"));
  if (now.latency) line += fmt::format(", {:.1f} fps, latency {:.2f} s", now.fps, *now.latency);
  if (now.width > 0) line += fmt::format(", {}x{}", now.width, now.height);
  return line;
}

std::string summary_line(const WatchFigures& all) {
  std::string line = fmt::format("{}: {}", all.camera_id, counted(all.frames, "frame"));
  if (all.latency)
    line += fmt::format(", {:.1f} fps on average, median latency {:.2f} s", all.fps, *all.latency);
  const Connection& connection = all.connection;
  return line + fmt::format("; {}, {}, {}", counted(connection.reconnects, "reconnect"),
                            counted(connection.url_refreshes, "URL refresh", "es"),
                            counted(connection.read_errors, "read error"));
}

std::string progress_json(const WatchFigures& now, double time) { return json(now, time, false); }
std::string summary_json(const WatchFigures& all, double time) { return json(all, time, true); }

}  // namespace kinesight::cli
