// A producer's spool on disk: an outbox with one sink.
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "base/clock.h"
#include "base/result.h"
#include "publish/outbox/outbox.h"
#include "stream/producer/record_spool.h"
#include "telemetry/catalog.h"
#include "telemetry/telemetry.h"

namespace kinesight::stream {

/// What a DiskSpool is made of.
struct DiskSpoolOptions {
  std::filesystem::path folder;  ///< Of one process at a time.
  std::uint64_t max_bytes = 0;   ///< Of disk; 16 MiB at least.
  std::string stream;            ///< Where its records go.
};

/// Records are safe when they are on the disk itself (fdatasync): they survive kill -9, and a power cut. What
/// was taken is noted with each request: kill -9 sends again only what no answer came for; after a power cut
/// the second before it may be sent again too.
class DiskSpool final : public RecordSpool {
 public:
  static constexpr std::uint64_t kFewestBytes = 16 * 1024 * 1024;

  /// Opens or makes it. Errors: unavailable (another process has it, the disk is full), denied, corrupt;
  /// invalid (records of another stream wait in it).
  static Result<std::unique_ptr<DiskSpool>> open(const DiskSpoolOptions& options,
                                                 telemetry::Telemetry telemetry, Clock& clock);

  Result<> append(std::span<const Outgoing> records, const std::stop_token& stop) override;
  Result<std::vector<Outgoing>> read(const std::stop_token& stop) override;
  void taken(std::span<const std::uint64_t> places) override;
  SpoolState state() const override;

 private:
  DiskSpool(DiskSpoolOptions options, telemetry::Telemetry telemetry, Clock& clock)
      : options_(std::move(options)),
        telemetry_(telemetry),
        outbox_telemetry_{telemetry.log, outbox_metrics_, telemetry.health},
        clock_(clock) {}
  Result<> open();
  Result<> claim();
  bool to_be_told();

  const DiskSpoolOptions options_;
  const telemetry::Telemetry telemetry_;
  telemetry::Metrics outbox_metrics_{telemetry::kOutboxMetrics};  ///< The producer has gauges of its own.
  const telemetry::Telemetry outbox_telemetry_;
  Clock& clock_;
  Clock::Steady next_told_{};  ///< append()'s.
  std::unique_ptr<publish::Outbox> outbox_;
  std::unique_ptr<publish::Spool> sink_;
};

}  // namespace kinesight::stream
