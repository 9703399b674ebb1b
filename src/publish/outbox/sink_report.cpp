#include "publish/outbox/sink_report.h"

#include "telemetry/happenings.h"

namespace kinesight::publish::outbox {

SinkReport::SinkReport(std::string sink, telemetry::Telemetry telemetry, Clock& clock)
    : sink_(std::move(sink)), telemetry_(telemetry), clock_(clock) {
  telemetry_.emit(telemetry::SinkStarted{.sink = sink_});
}

void SinkReport::failing(const Error& error) {
  const bool already = trouble().has_value();
  {
    std::lock_guard lock(mutex_);
    trouble_ = error;
  }
  if (already) {
    telemetry_.emit(telemetry::SinkRoundFailed{.sink = sink_, .error = error});
    return;
  }
  away_since_ = clock_.steady();
  telemetry_.emit(telemetry::SinkAway{.sink = sink_, .error = error});
}

void SinkReport::well() {
  if (!trouble()) return;
  {
    std::lock_guard lock(mutex_);
    trouble_.reset();
  }
  telemetry_.emit(
      telemetry::SinkBack{.sink = sink_, .away_seconds = to_seconds(clock_.steady() - away_since_)});
}

void SinkReport::add(const SentCounts& sent) {
  const auto& more = sent.counts;
  {
    std::lock_guard lock(mutex_);
    counts_.delivered += more.delivered;
    counts_.unwanted += more.unwanted;
    counts_.retried += more.retried;
    counts_.requests += more.requests;
    counts_.uncertain += more.uncertain;
    counts_.bytes += more.bytes;
  }
  telemetry_.emit(telemetry::BatchSent{.sink = sink_,
                                       .delivered = static_cast<std::int64_t>(more.delivered),
                                       .unwanted = static_cast<std::int64_t>(more.unwanted),
                                       .retried = static_cast<std::int64_t>(more.retried),
                                       .uncertain = static_cast<std::int64_t>(more.uncertain),
                                       .latencies_seconds = sent.latencies_seconds});
}

void SinkReport::buried(const Entry& entry, const Error& error, int tries) {
  {
    std::lock_guard lock(mutex_);
    ++counts_.dead;
  }
  telemetry_.emit(telemetry::EntryBuried{
      .sink = sink_, .camera_id = entry.key, .name = entry.name, .tries = tries, .error = error});
}

DeliveryCounts SinkReport::counts() const {
  std::lock_guard lock(mutex_);
  return counts_;
}

std::optional<Error> SinkReport::trouble() const {
  std::lock_guard lock(mutex_);
  return trouble_;
}

}  // namespace kinesight::publish::outbox
