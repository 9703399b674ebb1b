// kinesight clips doctor: what would go wrong, before the first task.
#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <ostream>

#include "cli/components.h"
#include "cli/subcommands.h"
#include "clips/clips_file.h"
#include "clips/doctor/examination.h"
#include "clips/doctor/local_checks.h"
#include "config/yaml.h"
#include "video/clip/jobs.h"

namespace kinesight::cli {
namespace {

using clips::doctor::Finding;
using clips::doctor::Verdict;

struct DoctorOptions {
  std::string config;
  bool json = false;
  static const config::Table& table();
};

const config::Table& DoctorOptions::table() {
  static const config::Table table =
      config::describe<DoctorOptions>(
          "clips doctor",
          "Find what would go wrong with clips, before the first task: a line for each check. Ends with 1 "
          "when one failed.")
          .option("config", &DoctorOptions::config,
                  "The clips.yaml. Nothing that it names is changed: a missing queue is not created, one "
                  "that is there is declared again, by which RabbitMQ tells how it differs; a key is "
                  "written to Redis and removed, an upload to the storage begun and given up.")
          .required()
          .not_empty()
          .value_name("FILE")
          .option("json", &DoctorOptions::json, "One JSON object a line: the findings, then their counts.");
  return table;
}

/// Writes findings as they come, and counts them.
class Report {
 public:
  Report(std::ostream& out, bool json) : out_(out), json_(json) {}

  void add(const Finding& finding) {
    ++counts_[static_cast<std::size_t>(finding.verdict)];
    out_ << (json_ ? json_line(finding) : text_line(finding)) << std::flush;
  }

  int finish() {
    const auto [ok, warnings, failures] = counts_;
    if (json_) {
      out_ << nlohmann::ordered_json{{"ok", ok}, {"warnings", warnings}, {"failed", failures}}.dump() << "\n";
    } else {
      out_ << fmt::format("{} ok, {} warning{}, {} failed\n", ok, warnings, warnings == 1 ? "" : "s",
                          failures);
    }
    return failures == 0 ? kOk : kFailed;
  }

 private:
  static std::string text_line(const Finding& finding) {
    std::string text = fmt::format("{:<7}  {}: {}", to_string(finding.verdict),
                                   config::one_line(finding.check), config::one_line(finding.found));
    if (!finding.advice.empty()) text += ". To do: " + config::one_line(finding.advice);
    return text + "\n";
  }
  static std::string json_line(const Finding& finding) {
    const nlohmann::ordered_json line = {{"verdict", to_string(finding.verdict)},
                                         {"check", finding.check},
                                         {"found", finding.found},
                                         {"advice", finding.advice}};
    return line.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
  }

  std::ostream& out_;
  const bool json_;
  std::array<int, 3> counts_{};  ///< By verdict.
};

/// The configuration, as findings; nothing where it cannot be used.
std::optional<clips::ClipsFile> examine_configuration(const std::string& path, const Context& context,
                                                      Report& report) {
  const std::string check = "configuration";
  auto file = clips::load_clips_file(path, context.components.store_types(), context.environment);
  for (const auto& problem : file ? file->warnings : file.error()) {
    const bool is_error = problem.severity == config::Severity::error;
    report.add(
        {is_error ? Verdict::failed : Verdict::warning, check, to_string(problem),
         is_error ? "correct the file; nothing else was looked at" : "see `kinesight check --of clips`"});
  }
  if (!file) return std::nullopt;
  if (file->warnings.empty()) report.add(clips::doctor::ok(check, path + " can be used"));
  return std::move(*file);
}

int run_doctor(const config::Parsed& parsed, Context& context) {
  // First of all, while there is one thread and no secret in memory: as the service does it.
  const auto sandbox = Sandbox::start(video::clip_jobs());
  const auto& options = parsed.as<DoctorOptions>();
  Report report(context.out, options.json);
  if (const auto file = examine_configuration(options.config, context, report)) {
    report.add(clips::doctor::check_sandbox(sandbox));
    clips::doctor::examine({*file, context.components.store(file->storage.type), context.environment},
                           Clock::system(), [&](const Finding& finding) { report.add(finding); });
  }
  return report.finish();
}

}  // namespace

Subcommand clips_doctor_subcommand() { return {DoctorOptions::table(), Group::around, run_doctor}; }

}  // namespace kinesight::cli
