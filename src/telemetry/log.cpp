#include "telemetry/log.h"

#include <fmt/chrono.h>
#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <nlohmann/json.hpp>

namespace kinesight::telemetry {
namespace {

constexpr std::array<std::string_view, 5> kNames = {"DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"};

std::string_view name_of(Level level) { return kNames[static_cast<std::size_t>(level)]; }

/// "infer/worker.cpp" -> "worker".
std::string_view module_of(std::string_view file) {
  file.remove_prefix(file.find_last_of('/') + 1);  // npos + 1 is 0: no folder, nothing to remove.
  return file.substr(0, file.find('.'));
}

/// "void kinesight::infer::CameraWorker::run(std::stop_token)" -> "run".
std::string_view function_of(std::string_view signature) {
  // Lambdas and template arguments come after the name proper; cut at the first parameter list.
  std::string_view name = signature.substr(0, signature.find('('));
  const auto start = name.find_last_of(" :*&");
  return start == std::string_view::npos ? name : name.substr(start + 1);
}

/// UTC with milliseconds: "2024-10-13T10:30:45.123".
std::string timestamp() {
  const auto now = std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
  const auto seconds = std::chrono::floor<std::chrono::seconds>(now);
  return fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:03}", seconds, (now - seconds).count());
}

std::string json_line(std::string_view service, Level level, std::string_view message, const Fields& fields,
                      const std::source_location& where) {
  nlohmann::ordered_json line = {
      {"timestamp", timestamp()},
      {"level", name_of(level)},
      {"logger", fmt::format("{}.{}", service, module_of(where.file_name()))},
      {"message", message},
      {"module", module_of(where.file_name())},
      {"function", function_of(where.function_name())},
      {"line", where.line()},
  };
  if (fields.camera_id) line["camera_id"] = *fields.camera_id;
  if (fields.event_type) line["event_type"] = *fields.event_type;
  if (fields.latency_ms) line["latency_ms"] = *fields.latency_ms;
  if (fields.event_count) line["event_count"] = *fields.event_count;
  return line.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

/// The first spaces of a text line are spdlog's pattern; this is what follows the level.
std::string text_line(std::string_view message, const Fields& fields, const std::source_location& where) {
  std::string line = fmt::format("{:<12} {}", module_of(where.file_name()), message);
  if (fields.camera_id) line += fmt::format("  camera_id={}", *fields.camera_id);
  if (fields.event_type) line += fmt::format("  event_type={}", *fields.event_type);
  if (fields.latency_ms) line += fmt::format("  latency_ms={:.1f}", *fields.latency_ms);
  if (fields.event_count) line += fmt::format("  event_count={}", *fields.event_count);
  return line;
}

spdlog::level::level_enum spdlog_level(Level level) {
  switch (level) {
    case Level::debug:
      return spdlog::level::debug;
    case Level::info:
      return spdlog::level::info;
    case Level::warning:
      return spdlog::level::warn;
    case Level::error:
      return spdlog::level::err;
    case Level::critical:
      return spdlog::level::critical;
  }
  return spdlog::level::info;
}

spdlog::sink_ptr make_sink(LogFormat format, std::FILE* file) {
  if (format == LogFormat::text && file == stdout)
    return std::make_shared<spdlog::sinks::stdout_color_sink_mt>();
  if (format == LogFormat::text) return std::make_shared<spdlog::sinks::stderr_color_sink_mt>();
  if (file == stdout) return std::make_shared<spdlog::sinks::stdout_sink_mt>();
  return std::make_shared<spdlog::sinks::stderr_sink_mt>();
}

}  // namespace

Result<Level> parse_level(std::string_view name) {
  const auto same = [name](std::string_view candidate) {
    return std::ranges::equal(name, candidate, {}, [](unsigned char c) { return std::toupper(c); });
  };
  const auto found = std::ranges::find_if(kNames, same);
  if (found == kNames.end()) {
    return fail(ErrorKind::invalid, "'{}' is no log level; use DEBUG, INFO, WARNING, ERROR or CRITICAL",
                name);
  }
  return static_cast<Level>(found - kNames.begin());
}

struct Log::Impl {
  std::string service;
  LogFormat format;
  spdlog::logger logger;
};

Log::Log(std::string service, LogFormat format, Level level, std::FILE* file)
    : impl_(new Impl{std::move(service), format, spdlog::logger("kinesight", make_sink(format, file))}) {
  impl_->logger.set_level(spdlog_level(level));
  impl_->logger.set_pattern(format == LogFormat::json ? "%v" : "%H:%M:%S.%e %^%-8l%$ %v");
  // A line that is only in a buffer when the process is killed is the line people needed.
  impl_->logger.flush_on(spdlog::level::debug);
}

Log::~Log() = default;

void Log::write(Level level, std::string_view message, const Fields& fields, Where where) {
  if (!impl_->logger.should_log(spdlog_level(level))) return;
  impl_->logger.log(spdlog_level(level), "{}",
                    impl_->format == LogFormat::json
                        ? json_line(impl_->service, level, message, fields, where)
                        : text_line(message, fields, where));
}

void Log::debug(std::string_view message, const Fields& fields, Where where) {
  write(Level::debug, message, fields, where);
}
void Log::info(std::string_view message, const Fields& fields, Where where) {
  write(Level::info, message, fields, where);
}
void Log::warning(std::string_view message, const Fields& fields, Where where) {
  write(Level::warning, message, fields, where);
}
void Log::error(std::string_view message, const Fields& fields, Where where) {
  write(Level::error, message, fields, where);
}

void Log::flush() { impl_->logger.flush(); }

}  // namespace kinesight::telemetry
