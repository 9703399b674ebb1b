// How services are told to log: --log-format and LOG_LEVEL.
#pragma once

#include "cli/subcommand.h"
#include "telemetry/log.h"

namespace kinesight::cli {

/// What --log-format takes.
enum class FormatChoice { automatic, json, text };

/// Adds `log_format`, whose value goes into `member`.
template <class Options>
config::Describe<Options>& add_log_format(config::Describe<Options>& table, FormatChoice Options::* member) {
  return table.choice(
      "log_format", member,
      {{"auto", FormatChoice::automatic}, {"json", FormatChoice::json}, {"text", FormatChoice::text}},
      "How log lines on stdout look; auto is text at a terminal and JSON elsewhere. "
      "LOG_LEVEL in the environment says which are written (INFO).");
}

/// The format that was chosen.
telemetry::LogFormat log_format(FormatChoice choice, const Context& context);
/// What LOG_LEVEL says; `otherwise` without it. Error: invalid.
Result<telemetry::Level> log_level(const Context& context, const std::string& otherwise = "INFO");

}  // namespace kinesight::cli
