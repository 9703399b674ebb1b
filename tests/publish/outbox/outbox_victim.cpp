// The process that outbox_crash_test.cpp kills: appends for ever, and drains into a sink that is a file.
// outbox_victim FOLDER FIRST SEED [COUNT]
//
// FOLDER/acknowledged gets a line for each entry that append() took, FOLDER/sink one for each that the sink
// took: written with write(2), both survive the process. A byte on stdout for each append. With COUNT it
// appends as many, waits until nothing is left, and ends.
#include <fcntl.h>
#include <unistd.h>

#include <cstdlib>
#include <thread>

#include "base/rng.h"
#include "publish/outbox/drain.h"
#include "publish/outbox/outbox_fixture.h"

namespace {

using namespace kinesight;
using namespace kinesight::publish;

/// A file that lines are added to, each whole.
class Ledger {
 public:
  explicit Ledger(const std::filesystem::path& path)
      : file_(::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600)) {}
  void add(const std::string& name) const {
    const std::string line = name + "\n";
    if (::write(file_, line.data(), line.size()) != static_cast<ssize_t>(line.size())) std::abort();
  }

 private:
  const int file_;
};

/// Takes most, loses some answers, refuses some.
class LedgerDelivery final : public Delivery {
 public:
  LedgerDelivery(const std::filesystem::path& path, std::uint64_t seed) : ledger_(path), rng_(seed) {}
  std::string_view sink() const override { return "kds"; }
  Stream stream() const override { return Stream::events; }
  BatchLimits limits() const override { return {.entries = 20, .in_flight = 3}; }
  Totals totals(const DeliveryCounts&) const override { return {}; }

  BatchResult deliver(std::span<const Entry* const> batch, std::stop_token) override {
    const bool answer_is_lost = dice(0.05);
    BatchResult result;
    for (const Entry* entry : batch) {
      if (entry->name.ends_with("7")) {
        result.outcomes.push_back({.verdict = Verdict::refused, .error = {ErrorKind::invalid, "seven"}});
      } else if (dice(0.05)) {
        result.outcomes.push_back({.verdict = Verdict::again, .error = {ErrorKind::unavailable, "later"}});
      } else {
        ledger_.add(entry->name);
        result.outcomes.push_back({});
      }
    }
    if (answer_is_lost) return FakeSink::failed(ErrorKind::unavailable, true);
    return result;
  }

 private:
  bool dice(double chance) {
    std::lock_guard lock(mutex_);
    return rng_.chance(chance);
  }
  const Ledger ledger_;
  std::mutex mutex_;
  Rng rng_;
};

}  // namespace

int main(int count, char** arguments) {
  const std::filesystem::path folder = arguments[1];
  const auto first = std::atoll(arguments[2]);
  const auto seed = std::strtoull(arguments[3], nullptr, 10);
  const auto most = count > 4 ? std::atoll(arguments[4]) : INT64_MAX;
  support::TelemetryFixture telemetry;
  config::OutboxOptions options{.max_bytes = 16L << 20,
                                .when_full = config::OutboxFull::block,
                                .durability = config::Durability::process};
  auto outbox = Outbox::open(folder, options, {"kds"}, {}, telemetry, Clock::system());
  if (!outbox) return 2;
  const DrainPolicy policy{.base_backoff_ms = 1, .max_backoff_ms = 3, .window_entries = 500};
  Drain drain((*outbox)->spool(Stream::events, "kds"),
              std::make_unique<LedgerDelivery>(folder / "sink", seed), policy, telemetry, Clock::system(),
              Rng(seed));
  const Ledger acknowledged(folder / "acknowledged");
  Rng rng(seed);
  for (std::int64_t i = 0; i < most; ++i) {
    const std::string name = std::to_string(first + i);
    const auto entry = make_entry(name, "camera-" + std::to_string(i % 5), rng.integer(10, 3000));
    if (!(*outbox)->append(Stream::events, {&entry, 1}, {})) return 3;
    acknowledged.add(name);
    if (count <= 4 && ::write(STDOUT_FILENO, ".", 1) != 1) return 4;
  }
  return drain.flush(kPatience) ? 0 : 5;
}
