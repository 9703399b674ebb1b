#include "cli/load_test/report.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "cli/human.h"

namespace kinesight::cli::load_test {
namespace {

using Json = nlohmann::ordered_json;

/// The frame rates of all cameras, the lowest first.
std::vector<double> rates(const Measurement& measured) {
  std::vector<double> rates;
  for (const auto& [name, camera] : measured.by_camera) rates.push_back(camera.fps);
  std::ranges::sort(rates);
  return rates;
}

double total(const Measurement& measured, double CameraFigures::* figure) {
  double sum = 0;
  for (const auto& [name, camera] : measured.by_camera) sum += camera.*figure;
  return sum;
}

double processed_a_second(const Measurement& measured) {
  return measured.seconds > 0 ? total(measured, &CameraFigures::processed) / measured.seconds : 0;
}

std::string line(std::string_view name, const std::string& text) {
  return fmt::format("{:<18}{}\n", name, text);
}

std::string line(std::string_view name, const std::optional<Quantiles>& quantiles, std::string_view unit) {
  if (!quantiles) return line(name, "no figures");
  return line(name, fmt::format("p50 {:.3g} {}, p95 {:.3g} {}, p99 {:.3g} {}", quantiles->p50, unit,
                                quantiles->p95, unit, quantiles->p99, unit));
}

std::string verdict(const Measurement& measured) {
  const auto behind = falls_behind(measured);
  if (!behind)
    return fmt::format(
        "keeps up: every camera got at least {:.0f} % of {:g} frames a second, none fell behind",
        kLeastShare * 100, measured.fps);
  return fmt::format("does not keep up: {}", *behind);
}

std::string dropped_text(const Measurement& measured) {
  std::string text;
  for (const auto& [reason, count] : measured.dropped)
    text += fmt::format("{}{} {:.0f}", text.empty() ? "" : ", ", reason, count);
  return text.empty() ? "none" : text;
}

Json json_of(const std::optional<Quantiles>& quantiles) {
  if (!quantiles) return nullptr;
  return {{"p50", quantiles->p50}, {"p95", quantiles->p95}, {"p99", quantiles->p99}};
}

}  // namespace

std::string text_of(const Measurement& measured) {
  std::string text = line(
      "cameras", fmt::format("{} at {:g} frames a second, for {:.1f} s{}", measured.cameras, measured.fps,
                             measured.seconds, measured.interrupted ? " (interrupted)" : ""));
  if (measured.seconds > 0) {
    const auto fps = rates(measured);
    text += line("achieved",
                 fmt::format("{:.1f} frames a second; of a camera {:.2f} at least, {:.2f} in the middle",
                             processed_a_second(measured), fps.front(), fps[fps.size() / 2]));
    text += line("dropped frames", dropped_text(measured));
    text += line("behind live", measured.delay_seconds, "s");
    text += line("detection", measured.detector_ms, "ms");
    text += line("line for engine", measured.queue_wait_ms, "ms");
    text += line("model", measured.model_ms, "ms");
    text += line("CPU",
                 fmt::format("{:.2f} cores, {:.3f} a camera; playing the cameras {:.2f}; the whole machine "
                             "{:.2f} of {:.0f}",
                             measured.cpu_cores, measured.cpu_cores / measured.cameras,
                             measured.simulator_cores, measured.busy_cores, measured.machine_cores));
    const auto bytes = [](double number) { return human_bytes(static_cast<std::uint64_t>(number)); };
    text += line("memory", fmt::format("{}, {} a camera", bytes(measured.resident_bytes),
                                       bytes(measured.resident_bytes / measured.cameras)));
    text += line("events", fmt::format("{:.0f}", measured.events));
  }
  text += line("verdict", verdict(measured));
  if (falls_behind(measured) && measured.seconds > 0) text += line("limit", limit_of(measured));
  return text;
}

std::string text_of(const Search& search) {
  std::string text;
  for (const auto& trial : search.trials)
    text += fmt::format("{} cameras: {}\n", trial.cameras, verdict(trial));
  text += fmt::format("\n{} cameras fit", search.fits);
  if (search.too_many) return text + fmt::format("; what limits is {}\n", limit_of(*search.too_many));
  return text + (!search.trials.empty() && search.trials.back().interrupted
                     ? " as far as it was tried (interrupted)\n"
                     : ", the most that was asked for\n");
}

nlohmann::ordered_json json_of(const Measurement& measured) {
  const auto fps = rates(measured);
  const auto behind = falls_behind(measured);
  Json cameras = Json::object();
  for (const auto& [name, camera] : measured.by_camera)
    cameras[name] = {{"fps", camera.fps}, {"processed", camera.processed}, {"dropped", camera.dropped}};
  return {{"cameras", measured.cameras},
          {"fps", measured.fps},
          {"seconds", measured.seconds},
          {"interrupted", measured.interrupted},
          {"keeps_up", !behind},
          {"reason", behind ? Json(*behind) : Json()},
          {"limit", behind && measured.seconds > 0 ? Json(limit_of(measured)) : Json()},
          {"achieved",
           {{"total_fps", processed_a_second(measured)},
            {"min_fps", fps.empty() ? Json() : Json(fps.front())},
            {"median_fps", fps.empty() ? Json() : Json(fps[fps.size() / 2])},
            {"processed", total(measured, &CameraFigures::processed)},
            {"dropped", total(measured, &CameraFigures::dropped)}}},
          {"dropped_by_reason", measured.dropped},
          {"behind_live_seconds", json_of(measured.delay_seconds)},
          {"detection_ms", json_of(measured.detector_ms)},
          {"queue_wait_ms", json_of(measured.queue_wait_ms)},
          {"model_ms", json_of(measured.model_ms)},
          {"cpu_cores", measured.cpu_cores},
          {"cpu_cores_a_camera", measured.cpu_cores / std::max(measured.cameras, 1)},
          {"simulator_cpu_cores", measured.simulator_cores},
          {"busy_cores", measured.busy_cores},
          {"machine_cores", measured.machine_cores},
          {"resident_bytes", measured.resident_bytes},
          {"resident_bytes_a_camera", measured.resident_bytes / std::max(measured.cameras, 1)},
          {"restarts", measured.restarts},
          {"events", measured.events},
          {"by_camera", std::move(cameras)}};
}

nlohmann::ordered_json json_of(const Search& search) {
  Json trials = Json::array();
  for (const auto& trial : search.trials) trials.push_back(json_of(trial));
  return {{"fits", search.fits},
          {"limit", search.too_many ? Json(limit_of(*search.too_many)) : Json()},
          {"trials", std::move(trials)}};
}

}  // namespace kinesight::cli::load_test
