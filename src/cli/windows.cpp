// kinesight windows: what records of files come to, window by window.
#include <algorithm>
#include <cmath>
#include <filesystem>
#include <ostream>

#include "cli/shutdown_signals.h"
#include "cli/state_directory.h"
#include "cli/subcommands.h"
#include "cli/windows/report.h"
#include "stream/record/record.h"
#include "stream/sources/files.h"
#include "stream/tally/tally.h"

namespace kinesight::cli {
namespace {

struct WindowsOptions {
  std::vector<std::string> input;
  std::string config;
  stream::FileFormat format = stream::FileFormat::by_name;
  std::optional<double> lateness;
  int memory_mb = 2048;
  bool strict = false;
  bool json = false;
  static const config::Table& table();
};

const config::Table& WindowsOptions::table() {
  static const config::Table table =
      config::describe<WindowsOptions>(
          "windows",
          "Sum up the records of files per key and window, by their own time: the same figures as "
          "those of a stream.")
          .option(
              "input", &WindowsOptions::input,
              "The records, a file after the other; - is standard input. A record a line (NDJSON), or CSV "
              "with a header.")
          .required()
          .not_empty()
          .value_name("FILE")
          .option("config", &WindowsOptions::config,
                  "The key, the time, the windows and their aggregates: a stream.yaml. Without it: the "
                  "air-quality feed.")
          .value_name("FILE")
          .choice("format", &WindowsOptions::format,
                  {{"by_name", stream::FileFormat::by_name},
                   {"ndjson", stream::FileFormat::ndjson},
                   {"csv", stream::FileFormat::csv}},
                  "What is in the files; by_name: CSV where the name ends in .csv.")
          .option("lateness", &WindowsOptions::lateness,
                  "A window ends, and is shown, when there is a record so much newer than its end; older "
                  "records that come after that are late and only counted. Without it all windows end with "
                  "the input, so that the order of records does not matter, and take memory until then.")
          .range(0, 7 * 86'400)
          .value_name("SECONDS")
          .option("memory_mb", &WindowsOptions::memory_mb,
                  "Give up when the records take more memory than that.")
          .range(16, 1e6)
          .option("strict", &WindowsOptions::strict,
                  "Records that are broken or late make the run fail, once all results are shown.")
          .option("json", &WindowsOptions::json, "One JSON object a line.");
  return table;
}

/// How long all files are; 0 when one of them has no length, as a pipe.
std::uint64_t bytes_of(const std::vector<std::string>& paths) {
  std::uint64_t sum = 0;
  for (const std::string& path : paths) {
    std::error_code none;
    const auto size = std::filesystem::file_size(path, none);
    if (path == "-" || none) return 0;
    sum += size;
  }
  return sum;
}

stream::TallyOptions tally_options(const WindowsOptions& options, const stream::StreamFile& file) {
  stream::TallyOptions tally{.record = file.record, .plan = stream::plan_of(file.windows)};
  if (options.lateness) tally.lateness_ms = std::llround(*options.lateness * 1000);
  tally.max_memory_bytes = static_cast<std::uint64_t>(options.memory_mb) * 1024 * 1024;
  return tally;
}

/// What the counts say against the run, when its results are all there.
Result<> verdict(const WindowsOptions& options, const stream::TallyCounts& counts) {
  if (counts.broken > 0 && counts.broken == counts.read)
    return fail(ErrorKind::corrupt, "none of the {} records can be read", counts.read);
  if (options.strict && counts.broken + counts.late > 0)
    return fail(ErrorKind::corrupt, "--strict: {} records are in no window", counts.broken + counts.late);
  return {};
}

Result<> sum_up(const WindowsOptions& options, Context& context) {
  const auto file = load_stream(options.config, context);
  if (!file) return std::unexpected(file.error());
  if (file->windows.time == stream::WindowTime::processing)
    context.err << "kinesight: windows.time: processing: files are summed up by the time of the records\n";
  // Keys and ids are texts whatever they look like: "1e3" names a city, not 1000.
  auto source =
      stream::open_files({.paths = options.input,
                          .format = options.format,
                          .text_columns = {file->record.key, std::string(stream::kMessageIdField)}});
  if (!source) return std::unexpected(source.error());
  const ShutdownSignals signals([](int) {});
  WindowsReport report(*file, options.json, options.lateness.has_value(), context);
  const std::uint64_t bytes = bytes_of(options.input);
  const stream::TallyListener listener{
      .result = [&report](const stream::WindowResult& result) { return report.result(result); },
      .broken = [&report](const Error& why) { report.broken(why); },
      .progress = [&](const stream::TallyCounts&) { report.progress((*source)->bytes_read(), bytes); }};
  stream::TallyCounts counts;
  const auto done = stream::tally(**source, tally_options(options, *file), listener, signals.token(), counts);
  report.summary(counts);
  return done ? verdict(options, counts) : done;
}

int run_windows(const config::Parsed& parsed, Context& context) {
  const auto done = sum_up(parsed.as<WindowsOptions>(), context);
  return done ? kOk : report_failure(done.error(), context);
}

}  // namespace

Subcommand windows_subcommand() { return {WindowsOptions::table(), Group::jobs, run_windows}; }

}  // namespace kinesight::cli
