#include "stream/simulator/simulator.h"

#include "event/moment.h"

namespace kinesight::stream {
namespace {

std::int64_t start_of(const SimulatorOptions& options, std::int64_t now_ms) {
  // What is no moment was refused when the options were read.
  return options.start.empty() ? now_ms : event::parse_moment(options.start, now_ms).value_or(now_ms);
}

}  // namespace

Simulator::Simulator(const SimulatorOptions& options, Clock& clock)
    : Simulator(options, clock, start_of(options, clock.wall_ms())) {}

Simulator::Simulator(const SimulatorOptions& options, Clock& clock, std::int64_t start_ms)
    : clock_(clock),
      pace_(options.pace),
      start_us_(start_ms * 1000),
      begin_(clock.steady()),
      feed_(shape_of(options), static_cast<std::uint64_t>(options.seed), start_ms) {}

Result<std::optional<std::string>> Simulator::next(std::stop_token stop) {
  if (stop.stop_requested()) return fail(ErrorKind::cancelled, "stopped while simulating");
  SimulatedRecord record = feed_.next();
  const auto due = begin_ + std::chrono::microseconds(record.at_us - start_us_);
  if (pace_ == SimulatorPace::realtime && due > clock_.steady() && !clock_.wait_until(due, std::move(stop)))
    return fail(ErrorKind::cancelled, "stopped while simulating");
  ++given_;
  ++made_.of[static_cast<std::size_t>(record.made)];
  return std::move(record.json);
}

std::string Simulator::where() const { return fmt::format("simulated record {}", given_); }

}  // namespace kinesight::stream
