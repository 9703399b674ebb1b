#include "cli/produce/report.h"

#include <array>
#include <nlohmann/json.hpp>
#include <ostream>

#include "cli/human.h"

namespace kinesight::cli {
namespace {

constexpr auto kRedraw = std::chrono::seconds(1);
constexpr auto kLogged = std::chrono::seconds(10);

double per_second(std::uint64_t count, double seconds) {
  return seconds > 0 ? static_cast<double>(count) / seconds : 0;
}

/// ", 3 of something" where there are any.
std::string also(std::uint64_t count, std::string_view what) {
  return count == 0 ? "" : fmt::format(", {} {}", count, what);
}

}  // namespace

ProduceReport::ProduceReport(std::ostream& err, bool terminal, Clock& clock)
    : err_(err), terminal_(terminal), clock_(clock), last_(clock.steady()) {}

Clock::Duration ProduceReport::interval() const { return terminal_ ? kRedraw : kLogged; }

void ProduceReport::clear() {
  if (drawn_) err_ << "\r\033[K";
  drawn_ = false;
}

void ProduceReport::progress(const stream::ProducerProgress& progress) {
  const std::lock_guard lock(mutex_);
  const auto now = clock_.steady();
  const auto& sent = progress.sent;
  const double rate = per_second(sent.taken - last_taken_, to_seconds(now - last_));
  last_ = now;
  last_taken_ = sent.taken;
  clear();
  err_ << fmt::format("{}sent {} records, {}, {:.0f}/s, {} retried{}{}{}",
                      terminal_ ? "" : "kinesight: ", sent.taken, human_bytes(sent.taken_bytes), rate,
                      sent.retried, also(progress.waiting, "waiting"),
                      also(progress.refused + sent.refused, "refused"), also(sent.given_up, "given up"));
  if (!terminal_) err_ << '\n';
  drawn_ = terminal_;
  err_.flush();
}

void ProduceReport::lost(const Error& why) {
  const std::lock_guard lock(mutex_);
  if (++lost_ > kTold + 1) return;
  clear();
  if (lost_ <= kTold)
    err_ << "kinesight: not sent: " << why.message << '\n';
  else
    err_ << "kinesight: further records that are not sent are only counted\n";
  err_.flush();
}

void ProduceReport::trouble(const Error& why) {
  if (why.kind != ErrorKind::unavailable && why.kind != ErrorKind::throttled) return;
  const std::lock_guard lock(mutex_);
  const auto now = clock_.steady();
  if (troubled_ && now - *troubled_ < kLogged) return;
  troubled_ = now;
  clear();
  err_ << "kinesight: to be tried again: " << why.message << std::endl;
}

void ProduceReport::end() {
  const std::lock_guard lock(mutex_);
  clear();
  err_.flush();
}

bool ProduceSummary::lost_any() const {
  return progress.waiting + progress.unkept + progress.sent.refused + progress.sent.given_up > 0 ||
         (simulator == nullptr && progress.refused > 0);
}

std::string summary_text(const ProduceSummary& summary) {
  const auto& [resumed, read, refused, broken, waiting, unkept, sent] = summary.progress;
  std::string text =
      fmt::format("sent {} of {} records, {}, in {} ({:.0f}/s, {} requests)\n", sent.taken, resumed + read,
                  human_bytes(sent.taken_bytes), human_seconds(summary.seconds),
                  per_second(sent.taken, summary.seconds), sent.requests);
  const auto line = [&text](std::uint64_t count, std::string_view what) {
    if (count > 0) text += fmt::format("  {} {}\n", count, what);
  };
  line(resumed, "of them from the spool, where an earlier run left them");
  line(broken, "broken ones among them, as they are");
  line(sent.retried, "sent again");
  line(sent.throttled, "times throttled");
  line(sent.uncertain, "sent again though they may have arrived: consumers see them as duplicates");
  line(refused, "refused: they cannot be read");
  line(sent.refused, "refused: Kinesis takes no such record");
  line(sent.given_up, "given up");
  line(waiting, "read and not sent");
  line(unkept, "in hand and lost: the spool had no room for them");
  return text;
}

nlohmann::ordered_json summary_json(const ProduceSummary& summary) {
  const auto& [resumed, read, refused, broken, waiting, unkept, sent] = summary.progress;
  nlohmann::ordered_json json = {{"read", read},
                                 {"resumed", resumed},
                                 {"sent", sent.taken},
                                 {"bytes", sent.taken_bytes},
                                 {"broken", broken},
                                 {"refused", refused + sent.refused},
                                 {"given_up", sent.given_up},
                                 {"unsent", waiting},
                                 {"unkept", unkept},
                                 {"retried", sent.retried},
                                 {"throttled", sent.throttled},
                                 {"uncertain", sent.uncertain},
                                 {"requests", sent.requests},
                                 {"seconds", summary.seconds},
                                 {"records_per_second", per_second(sent.taken, summary.seconds)}};
  if (summary.simulator == nullptr) return json;
  constexpr std::array kinds = {std::pair(stream::Made::measurement, "measurement"),
                                std::pair(stream::Made::late, "late"),
                                std::pair(stream::Made::flagged_duplicate, "flagged_duplicate"),
                                std::pair(stream::Made::silent_duplicate, "silent_duplicate"),
                                std::pair(stream::Made::broken, "broken")};
  for (const auto& [made, name] : kinds) json["simulated"][name] = summary.simulator->made()[made];
  return json;
}

}  // namespace kinesight::cli
