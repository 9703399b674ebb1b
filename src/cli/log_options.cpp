#include "cli/log_options.h"

namespace kinesight::cli {

telemetry::LogFormat log_format(FormatChoice choice, const Context& context) {
  const bool text =
      choice == FormatChoice::text || (choice == FormatChoice::automatic && context.out_is_terminal);
  return text ? telemetry::LogFormat::text : telemetry::LogFormat::json;
}

Result<telemetry::Level> log_level(const Context& context, const std::string& otherwise) {
  const auto level = telemetry::parse_level(context.environment("LOG_LEVEL").value_or(otherwise));
  if (!level) return wrap(level.error(), "LOG_LEVEL");
  return level;
}

}  // namespace kinesight::cli
