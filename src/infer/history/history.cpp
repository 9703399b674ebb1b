#include "infer/history/history.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>

#include "http/json.h"
#include "infer/api_texts.h"

namespace kinesight::infer {
namespace {

using Json = nlohmann::ordered_json;

std::optional<int> parse_minutes(const std::string& text) {
  int minutes = 0;
  const char* end = text.data() + text.size();
  const auto [stopped, error] = std::from_chars(text.data(), end, minutes);
  const bool good = error == std::errc{} && stopped == end && minutes >= 1 && minutes <= History::kMinutes;
  return good ? std::optional(minutes) : std::nullopt;
}

http::ApiAnswer refuse(std::string_view expected, std::string_view found) {
  return {.status = 400, .body = http::error_json(fmt::format("expected {}, found '{}'", expected, found))};
}

}  // namespace

void History::start() {
  thread_ = std::make_unique<Worker>("history", [this](std::stop_token stop) {
    do {
      look();
    } while (clock_.wait_for(std::chrono::seconds(kStepSeconds), stop));
  });
}

void History::look() {
  Last now{.at = clock_.steady(), .readings = read(metrics_)};
  const double seconds = last_ ? to_seconds(now.at - last_->at) : 0;
  if (seconds > 0) {
    Moment moment{.unix_seconds = clock_.wall_ms() / 1000,
                  .point = compare(last_->readings, now.readings, seconds)};
    std::lock_guard lock(mutex_);
    moments_.push_back(std::move(moment));
    if (moments_.size() > kPoints) moments_.pop_front();
  }
  last_ = std::move(now);
}

std::string History::json(int minutes) const {
  Json times = Json::array();
  Json charts = Json::object();
  for (const auto* chart : {"frames_per_second", "events_per_minute", "latency_ms", "outbox_bytes",
                            "outbox_oldest_seconds", "dropped_per_second"}) {
    charts[chart] = Json::object();
  }
  std::lock_guard lock(mutex_);
  const std::size_t count = std::min(moments_.size(), static_cast<std::size_t>(minutes * 60 / kStepSeconds));
  const auto first = moments_.end() - static_cast<std::ptrdiff_t>(count);
  for (auto moment = first; moment != moments_.end(); ++moment) {
    const auto place = static_cast<std::size_t>(moment - first);
    times.push_back(moment->unix_seconds);
    for (const auto& [chart, lines] : moment->point) {
      for (const auto& [name, value] : lines) {
        auto& line = charts[chart][name];
        if (line.is_null()) line = Json(count, nullptr);  // A line may begin late and end early.
        line[place] = value;
      }
    }
  }
  return Json{{"step_seconds", kStepSeconds}, {"times", std::move(times)}, {"series", std::move(charts)}}
      .dump(-1, ' ', false, Json::error_handler_t::replace);
}

http::ApiRoute History::route() const {
  const auto handler = [this](const http::ApiCall& call) -> http::ApiAnswer {
    int minutes = kMinutes;
    for (const auto& [name, value] : call.parameters) {
      if (name != "minutes") return refuse("the parameter minutes alone", name);
      const auto parsed = parse_minutes(value);
      if (!parsed) return refuse(fmt::format("minutes from 1 to {}", kMinutes), value);
      minutes = *parsed;
    }
    return {.body = json(minutes)};
  };
  return {.method = "GET",
          .pattern = "/api/history",
          .handler = handler,
          .described = std::string(described::kHistory)};
}

}  // namespace kinesight::infer
