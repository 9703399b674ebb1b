// What `kinesight produce` tells people: how far it is, what it lost, what came of it.
#pragma once

#include <cstdint>
#include <iosfwd>
#include <mutex>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>

#include "base/clock.h"
#include "base/result.h"
#include "stream/producer/producer.h"
#include "stream/simulator/simulator.h"

namespace kinesight::cli {

/// Writes on standard error while a producer runs: at a terminal one line that changes, elsewhere a line now
/// and then; and the first of what is lost. Safe for any number of threads.
class ProduceReport {
 public:
  /// Losses that are told one by one; those after them only count.
  static constexpr std::uint64_t kTold = 20;

  ProduceReport(std::ostream& err, bool terminal, Clock& clock);

  /// How often progress() is worth a call.
  Clock::Duration interval() const;
  void progress(const stream::ProducerProgress& progress);
  void lost(const Error& why);
  /// A request failed; tells it when no other was told within the last 10 s and another try may help.
  void trouble(const Error& why);
  /// Leaves the line empty.
  void end();

 private:
  void clear();

  std::ostream& err_;
  const bool terminal_;
  Clock& clock_;
  std::mutex mutex_;
  Clock::Steady last_;
  std::uint64_t last_taken_ = 0;
  std::uint64_t lost_ = 0;
  std::optional<Clock::Steady> troubled_;
  bool drawn_ = false;
};

/// A run that has ended.
struct ProduceSummary {
  stream::ProducerProgress progress;
  double seconds = 0;
  const stream::Simulator* simulator = nullptr;  ///< Null: the records are of files.

  /// Whether records are not sent that ought to be. One that the simulator broke is none.
  bool lost_any() const;
};

/// Lines for people.
std::string summary_text(const ProduceSummary& summary);
/// The same for programs.
nlohmann::ordered_json summary_json(const ProduceSummary& summary);

}  // namespace kinesight::cli
