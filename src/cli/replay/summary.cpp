#include "cli/replay/summary.h"

#include <fmt/format.h>

#include <cmath>
#include <ostream>

#include "cli/detections.h"
#include "cli/human.h"
#include "event/moment.h"

namespace kinesight::cli {
namespace {

using Json = nlohmann::ordered_json;

std::int64_t ms(double seconds) { return static_cast<std::int64_t>(std::llround(seconds * 1000)); }

double rounded(double value) { return std::round(value * 1000) / 1000; }

double share(std::uint64_t part, std::uint64_t whole) {
  return whole == 0 ? 0 : static_cast<double>(part) / static_cast<double>(whole);
}

/// "12 (object 10, weapon 2)".
std::string counted(const std::map<std::string, std::int64_t>& counts) {
  std::int64_t sum = 0;
  std::string parts;
  for (const auto& [name, count] : counts) {
    sum += count;
    parts += fmt::format("{}{} {}", parts.empty() ? "" : ", ", name, count);
  }
  return parts.empty() ? "none" : fmt::format("{} ({})", sum, parts);
}

double speed(const ReplaySummary& summary) {
  return summary.took > 0 ? summary.totals.seconds / summary.took : 0;
}

double still_share(const infer::RerunTotals& totals) {
  return share(static_cast<std::uint64_t>(totals.still), static_cast<std::uint64_t>(totals.due));
}

Json json_of(const ReplaySummary& summary) {
  const auto& totals = summary.totals;
  const auto& counters = totals.counters;
  return {{"camera_id", summary.camera},
          {"seconds", rounded(totals.seconds)},
          {"took_seconds", rounded(summary.took)},
          {"speed", rounded(speed(summary))},
          {"packets", counters.packets},
          {"decoded", counters.decoded},
          {"corrupt", counters.corrupt},
          {"frames", totals.due},
          {"motion_gate_share", rounded(still_share(totals))},
          {"bitstream_gate_share", rounded(share(counters.gated, counters.packets))},
          {"events", totals.events},
          {"near_misses", totals.near_misses},
          {"files", summary.written}};
}

}  // namespace

Json json_of(const infer::NearMiss& miss) {
  const auto found =
      json_of(vision::Detection{.type = miss.type, .label = miss.label, .conf = miss.best, .box = miss.box});
  Json line = {{"from", event::format_moment(ms(miss.from))},
               {"to", event::format_moment(ms(miss.to))},
               {"from_ms", ms(miss.from)},
               {"to_ms", ms(miss.to)},
               {"frames", miss.frames},
               {"detector", miss.detector},
               {"type", miss.type},
               {"label", miss.label},
               {"object", nullptr},
               {"verdict", to_string(miss.verdict)},
               {"detail", miss.detail},
               {"conf", found["conf"]},
               {"bbox", found["bbox"]}};
  if (miss.track) line["object"] = *miss.track;
  return line;
}

void ReplayPrinter::event(const event::Envelope& event) {
  if (json_) {
    out_ << "{\"event\":" << event::to_json(event) << "}\n";
    return;
  }
  const auto& payload = event.payload;
  const bool update = payload.extras.contains("update");
  out_ << fmt::format("{}  EVENT      {:<7}  {:<16}  {:.2f}{}\n", event::format_moment(payload.ts_ms),
                      payload.type, payload.label, payload.conf,
                      update ? fmt::format("  update: {}", payload.extras["update"].dump()) : "");
}

void ReplayPrinter::near_miss(const infer::NearMiss& miss) {
  if (json_) {
    out_ << line_of({{"near_miss", json_of(miss)}}) << "\n";
    return;
  }
  out_ << fmt::format("{}  near miss  {:<7}  {:<16}  {:.2f}  {}: {}; {} frame{} in {}{}\n",
                      event::format_moment(ms(miss.from)), miss.type, miss.label, miss.best,
                      to_string(miss.verdict), miss.detail, miss.frames, miss.frames == 1 ? "" : "s",
                      human_seconds(miss.to - miss.from),
                      miss.track ? fmt::format(", object {}", *miss.track) : "");
}

void ReplayPrinter::summary(const ReplaySummary& summary) {
  if (json_) {
    out_ << line_of({{"summary", json_of(summary)}}) << "\n";
    return;
  }
  const auto& totals = summary.totals;
  out_ << fmt::format("\n{}: {} of video in {}, {:.1f} times as fast as real time\n", summary.camera,
                      human_seconds(totals.seconds), human_seconds(summary.took), speed(summary));
  out_ << fmt::format("frames: {} due at {:g} a second, of {} decoded\n", totals.due, summary.fps,
                      totals.counters.decoded);
  out_ << fmt::format(
      "spared: {:.0f} % of the frames by the motion gate, {:.0f} % of the packets by the bitstream gate\n",
      100 * still_share(totals), 100 * share(totals.counters.gated, totals.counters.packets));
  out_ << "events: " << counted(totals.events) << "\n";
  out_ << "near misses: " << counted(totals.near_misses) << "\n";
  for (const auto& file : summary.written) out_ << "written: " << file << "\n";
}

}  // namespace kinesight::cli
