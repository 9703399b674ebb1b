// A process's metrics as a file for node_exporter's textfile collector: a process that the KCL starts for a
// shard has no port of its own.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/worker.h"
#include "telemetry/telemetry.h"

namespace kinesight::stream::multilang {

/// Metrics in Prometheus' text format with one more label in each series: files of several shards may have no
/// series twice.
std::string with_label(std::string_view text, std::string_view name, std::string_view value);

/// DIR/kinesight-<shard>.prom, whole at any moment, written anew every kBetween and gone with the object:
/// what a process said of a shard that it no longer has would be taken for news for ever.
class MetricsFile {
 public:
  static constexpr auto kBetween = std::chrono::seconds(15);

  /// Writes it for the first time. What fails later is logged. Error: the folder cannot be written.
  static Result<std::unique_ptr<MetricsFile>> open(const std::filesystem::path& directory,
                                                   const std::string& shard, Clock& clock,
                                                   telemetry::Telemetry telemetry);
  ~MetricsFile();

 private:
  MetricsFile(std::filesystem::path path, std::string shard, Clock& clock, telemetry::Telemetry telemetry);

  Result<> write() const;
  void run(const std::stop_token& stop);

  const std::filesystem::path path_;
  const std::string shard_;
  Clock& clock_;
  const telemetry::Telemetry telemetry_;
  std::optional<Worker> worker_;  // The last member: its thread uses the others.
};

}  // namespace kinesight::stream::multilang
