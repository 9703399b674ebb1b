#include "stream/tables/patience.h"

#include "stream/tables/happenings.h"

namespace kinesight::stream {
namespace {

/// A table that has not taken anything after these tries is away. About 1.5 s.
constexpr int kQuickTries = 4;

}  // namespace

Result<> Patience::wait(Backoff& pauses, const Error& error, std::stop_token stop) {
  telemetry_.emit(WriteRetried{table_, error});
  const auto pause = pauses.next();
  if (pauses.tries() >= kQuickTries && !away_.exchange(true)) telemetry_.emit(TableAway{table_, error});
  if (clock_->wait_for(pause, std::move(stop))) return {};
  return fail(ErrorKind::cancelled, "stopped while items wait for table {}: {}", table_, error.message);
}

void Patience::written(std::size_t count) {
  telemetry_.emit(ItemsWritten{table_, count});
  if (away_.load() && away_.exchange(false)) telemetry_.emit(TableBack{table_});
}

}  // namespace kinesight::stream
