// kinesight coverage: what of the cameras' time was watched, and what was not.
#include <fmt/format.h>

#include <cmath>
#include <nlohmann/json.hpp>
#include <ostream>

#include "base/clock.h"
#include "cli/coverage_bar.h"
#include "cli/human.h"
#include "cli/state_directory.h"
#include "cli/subcommands.h"
#include "event/moment.h"
#include "infer/coverage/view.h"

namespace kinesight::cli {
namespace {

struct CoverageOptions {
  std::string config;
  std::string directory;
  std::string camera;
  std::string since = "24h";
  std::string until;
  bool json = false;
  static const config::Table& table();
};

const config::Table& CoverageOptions::table() {
  static const config::Table table =
      config::describe<CoverageOptions>("coverage",
                                        "Show what of the cameras' time was watched, and what was not and "
                                        "why; also while a service runs.")
          .option("config", &CoverageOptions::config,
                  "The cameras.yaml whose state_directory holds the coverage record.")
          .value_name("FILE")
          .option("directory", &CoverageOptions::directory,
                  "The state directory, when it is not what --config says; ./data.")
          .value_name("FOLDER")
          .option("camera", &CoverageOptions::camera,
                  "This camera, span by span. Without it: one line a camera.")
          .option("since", &CoverageOptions::since,
                  "From then on: 90s, 10m, 1h, 2d ago, or 2026-01-31T12:00 (UTC).")
          .value_name("TIME")
          .option("until", &CoverageOptions::until, "Up to then, in the same forms; now.")
          .value_name("TIME")
          .option("json", &CoverageOptions::json,
                  "One JSON object a line: a span of --camera, watched or not, or the totals of a camera.");
  return table;
}

Result<infer::CoverageRange> range_of(const CoverageOptions& options, std::int64_t now_ms) {
  infer::CoverageRange range{.until_ms = now_ms, .now_ms = now_ms};
  const auto since = event::parse_moment(options.since, now_ms);
  if (!since) return wrap(since.error(), "--since");
  range.since_ms = *since;
  if (!options.until.empty()) {
    const auto until = event::parse_moment(options.until, now_ms);
    if (!until) return wrap(until.error(), "--until");
    range.until_ms = *until;
  }
  if (range.since_ms < range.until_ms) return range;
  return fail(ErrorKind::invalid, "--since: expected a time before --until, found {} and {}",
              event::format_moment(range.since_ms), event::format_moment(range.until_ms));
}

double seconds(std::int64_t ms) { return static_cast<double>(ms) / 1000; }

/// "99.12 %": rounded down, so that 100.00 % is all.
std::string percent(double share) { return fmt::format("{:.2f} %", std::floor(share * 10'000) / 100); }

/// "3 min offline, 12 s lost".
std::string missed(const infer::CoverageTotals& totals) {
  std::string text;
  for (const auto& [reason, length] : totals.missed_ms) {
    text += fmt::format("{}{} {}", text.empty() ? "" : ", ", human_seconds(seconds(length)), reason);
  }
  return text.empty() ? "-" : text;
}

constexpr std::string_view kSpanRow = "{:<24}  {:<24}  {:>10}  {:<8}  {}\n";

void print_spans(const infer::CoverageReport& report, std::ostream& out) {
  out << fmt::format(fmt::runtime(kSpanRow), "BEGIN", "END", "SECONDS", "REASON", "BACKFILLED");
  for (const auto& span : report.spans) {
    if (span.reason.empty()) continue;
    out << fmt::format(fmt::runtime(kSpanRow), event::format_moment(span.begin_ms),
                       event::format_moment(span.end_ms), fmt::format("{:.3f}", seconds(span.length_ms())),
                       span.reason, span.backfilled ? "yes" : "no");
  }
  const auto totals = report.totals();
  out << "\n[" << coverage_bar(report) << "]\n"
      << fmt::format("{}: {} of what is known was watched, of it {} later; missed: {}\n", report.camera_id,
                     percent(totals.share()), human_seconds(seconds(totals.backfilled_ms)), missed(totals));
}

constexpr std::string_view kCameraRow = "{:<20}  {:>9}  {:>8}  {:>8}  {:<62}  {}\n";

void print_cameras(const std::vector<infer::CoverageReport>& reports, std::ostream& out) {
  out << fmt::format(fmt::runtime(kCameraRow), "CAMERA", "WATCHED", "KNOWN", "LATER", "", "MISSED");
  for (const auto& report : reports) {
    const auto totals = report.totals();
    // The bar's characters are wider in bytes than on the screen: it is padded by hand.
    out << fmt::format("{:<20}  {:>9}  {:>8}  {:>8}  [{}]  {}\n", report.camera_id, percent(totals.share()),
                       human_seconds(seconds(totals.known_ms())),
                       human_seconds(seconds(totals.backfilled_ms)), coverage_bar(report), missed(totals));
  }
}

nlohmann::ordered_json json_of(const std::string& camera_id, const infer::Span& span) {
  nlohmann::ordered_json line = {{"camera_id", camera_id},
                                 {"begin", event::format_moment(span.begin_ms)},
                                 {"end", event::format_moment(span.end_ms)},
                                 {"begin_ms", span.begin_ms},
                                 {"end_ms", span.end_ms},
                                 {"seconds", seconds(span.length_ms())},
                                 {"watched", span.watched()},
                                 {"reason", nullptr},
                                 {"backfilled", span.backfilled},
                                 {"tries", span.tries}};
  if (!span.reason.empty()) line["reason"] = span.reason;
  return line;
}

nlohmann::ordered_json json_of(const infer::CoverageReport& report) {
  const auto totals = report.totals();
  nlohmann::ordered_json missed_seconds = nlohmann::ordered_json::object();
  for (const auto& [reason, length] : totals.missed_ms) missed_seconds[reason] = seconds(length);
  return {{"camera_id", report.camera_id},
          {"share", totals.share()},
          {"known_seconds", seconds(totals.known_ms())},
          {"live_seconds", seconds(totals.live_ms)},
          {"backfilled_seconds", seconds(totals.backfilled_ms)},
          {"missed_seconds", std::move(missed_seconds)}};
}

void print_json(const CoverageOptions& options, const std::vector<infer::CoverageReport>& reports,
                std::ostream& out) {
  for (const auto& report : reports) {
    if (options.camera.empty()) {
      out << json_of(report).dump() << '\n';
      continue;
    }
    for (const auto& span : report.spans) out << json_of(report.camera_id, span).dump() << '\n';
  }
}

Result<> show(const CoverageOptions& options, Context& context) {
  const auto range = range_of(options, Clock::system().wall_ms());
  if (!range) return std::unexpected(range.error());
  const auto directory = state_directory(options.directory, options.config, context);
  if (!directory) return std::unexpected(directory.error());
  const auto reports = infer::CoverageView(*directory).reports(*range, options.camera);
  if (!reports) return std::unexpected(reports.error());
  if (reports->empty() && !options.camera.empty()) {
    return fail(ErrorKind::not_found, "the coverage record in {} knows no camera '{}'", *directory,
                options.camera);
  }
  if (options.json) {
    print_json(options, *reports, context.out);
  } else if (options.camera.empty()) {
    print_cameras(*reports, context.out);
  } else {
    print_spans(reports->front(), context.out);
  }
  return {};
}

int run_coverage(const config::Parsed& parsed, Context& context) {
  const auto shown = show(parsed.as<CoverageOptions>(), context);
  return shown ? kOk : report_failure(shown.error(), context);
}

}  // namespace

Subcommand coverage_subcommand() { return {CoverageOptions::table(), Group::around, run_coverage}; }

}  // namespace kinesight::cli
