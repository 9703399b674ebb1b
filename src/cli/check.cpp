// kinesight check: whether a configuration can be used, and what would not work as things stand.
#include <fmt/ostream.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <ostream>

#include "cli/components.h"
#include "cli/job.h"
#include "cli/subcommands.h"
#include "clips/clips_file.h"
#include "stream/stream_file.h"

namespace kinesight::cli {
namespace {

struct CheckOptions {
  Job of = Job::infer;
  std::string config;
  bool strict = false;
  bool json = false;

  static const config::Table& table() {
    static const config::Table table =
        config::describe<CheckOptions>("check", "Say whether a configuration can be used.")
            .choice("of", &CheckOptions::of,
                    {{"infer", Job::infer}, {"clips", Job::clips}, {"stream", Job::stream}},
                    "Whose: infer, a cameras.yaml; clips, a clips.yaml; stream, a stream.yaml.")
            .option("config", &CheckOptions::config, "The configuration.")
            .required()
            .not_empty()
            .value_name("FILE")
            .option("strict", &CheckOptions::strict,
                    "Warnings count as errors: a model or video that is not there.")
            .option("json", &CheckOptions::json, "One JSON object a line: the problems, then the result.");
    return table;
  }
};

/// What a check came to.
struct Outcome {
  std::vector<config::Problem> problems;
  long errors = 0;
  long warnings = 0;
  std::string contents;  ///< "2 of 3 cameras enabled, 2 publishers"; empty when the file cannot be used.
};

std::string count(std::size_t number, std::string_view noun) {
  return fmt::format("{} {}{}", number, noun, number == 1 ? "" : "s");
}

std::string contents(const config::CamerasFile& file) {
  const auto enabled =
      std::ranges::count_if(file.cameras, [](const auto& camera) { return camera.options.enabled; });
  return fmt::format("{} of {} enabled, {}", enabled, count(file.cameras.size(), "camera"),
                     count(file.publishers.size(), "publisher"));
}

std::string contents(const clips::ClipsFile& file) {
  return fmt::format("{}, clips in {}, {}", count(static_cast<std::size_t>(file.service.workers), "worker"),
                     file.storage.type, file.scheduler.enabled ? "scheduler on" : "scheduler off");
}

std::string contents(const stream::StreamFile& file) {
  const auto& windows = file.windows;
  return fmt::format("windows of {} s by {}, {}", windows.size_seconds, file.record.key,
                     count(windows.aggregates.size(), "aggregate"));
}

template <class File>
Outcome outcome_of(config::Loaded<File> file) {
  Outcome outcome;
  outcome.problems = file ? std::move(file->warnings) : std::move(file.error());
  if (file) outcome.contents = contents(*file);
  return outcome;
}

Outcome load(const CheckOptions& options, const Context& context) {
  const Components& known = context.components;
  switch (options.of) {
    case Job::infer:
      return outcome_of(config::load_cameras_file(options.config, known.catalog(), context.environment));
    case Job::clips:
      return outcome_of(clips::load_clips_file(options.config, known.store_types(), context.environment));
    case Job::stream:
      return outcome_of(stream::load_stream_file(options.config, context.environment));
  }
  return {};
}

Outcome check(const CheckOptions& options, const Context& context) {
  Outcome outcome = load(options, context);
  for (config::Problem& problem : outcome.problems) {
    if (options.strict) problem.severity = config::Severity::error;
    ++(problem.severity == config::Severity::error ? outcome.errors : outcome.warnings);
  }
  return outcome;
}

/// Text from a file may be anything; what is no UTF-8 becomes U+FFFD.
std::string json_line(const nlohmann::ordered_json& json) {
  return json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

void print_json(const Outcome& outcome, const CheckOptions& options, std::ostream& out) {
  for (const config::Problem& problem : outcome.problems) {
    const bool is_error = problem.severity == config::Severity::error;
    out << json_line({{"severity", is_error ? "error" : "warning"},
                      {"file", problem.file},
                      {"line", problem.line},
                      {"key", problem.key},
                      {"message", problem.message}})
        << '\n';
  }
  out << json_line({{"file", options.config},
                    {"usable", outcome.errors == 0},
                    {"errors", outcome.errors},
                    {"warnings", outcome.warnings}})
      << '\n';
}

void print_text(const Outcome& outcome, const CheckOptions& options, std::ostream& out) {
  for (const config::Problem& problem : outcome.problems) out << config::to_string(problem) << '\n';
  const std::string verdict = outcome.errors == 0 ? "can be used" : "cannot be used";
  fmt::print(out, "{} {}: {}{}, {}\n", options.config, verdict,
             outcome.contents.empty() ? "" : outcome.contents + "; ", count(outcome.errors, "error"),
             count(outcome.warnings, "warning"));
}

int run_check(const config::Parsed& parsed, Context& context) {
  const auto& options = parsed.as<CheckOptions>();
  const Outcome outcome = check(options, context);
  (options.json ? print_json : print_text)(outcome, options, context.out);
  return outcome.errors == 0 ? kOk : kInvalid;
}

}  // namespace

Subcommand check_subcommand() { return {CheckOptions::table(), Group::around, run_check}; }

}  // namespace kinesight::cli
