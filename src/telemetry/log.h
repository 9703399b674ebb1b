// The log: one JSON object a line on stdout for machines, or a plain line for people at a terminal.
#pragma once

#include <cstdint>
#include <cstdio>
#include <memory>
#include <optional>
#include <source_location>
#include <string>
#include <string_view>

#include "base/result.h"

namespace kinesight::telemetry {

/// In order of urgency, with the names LOG_LEVEL takes.
enum class Level { debug, info, warning, error, critical };

/// Reads DEBUG, INFO, WARNING, ERROR or CRITICAL in either case. Error: invalid, with the names there are.
Result<Level> parse_level(std::string_view name);

/// How a line looks.
enum class LogFormat {
  json,  ///< timestamp, level, logger, message, module, function, line, then the extra fields that are set.
  text,  ///< time, level, module, message, and the extra fields as key=value.
};

/// The extra fields of a line. Only those that are set appear.
struct Fields {
  std::optional<std::string> camera_id = {};
  std::optional<std::string> event_type = {};  ///< weapon, fire, smoke, alpr, object.
  std::optional<double> latency_ms = {};
  std::optional<std::int64_t> event_count = {};
};

/// Where log lines go. Safe for any number of threads; a line is written whole.
class Log {
 public:
  /// Lines of `level` and above, to `file` (stdout for services, stderr for tools), named after `service`
  /// ("kvs_infer"): the logger of a line from infer/worker.cpp is then "kvs_infer.worker".
  Log(std::string service, LogFormat format, Level level, std::FILE* file);
  ~Log();
  Log(const Log&) = delete;
  Log& operator=(const Log&) = delete;

  using Where = std::source_location;
  void write(Level level, std::string_view message, const Fields& fields = {},
             Where where = Where::current());
  void debug(std::string_view message, const Fields& fields = {}, Where where = Where::current());
  void info(std::string_view message, const Fields& fields = {}, Where where = Where::current());
  void warning(std::string_view message, const Fields& fields = {}, Where where = Where::current());
  void error(std::string_view message, const Fields& fields = {}, Where where = Where::current());

  /// Writes out what is buffered.
  void flush();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace kinesight::telemetry
