#include "stream/tally/tally.h"

#include <unistd.h>

#include <charconv>
#include <fstream>
#include <limits>

#include "stream/record/record.h"
#include "stream/record/stamp.h"
#include "stream/windows/watermarks.h"

namespace kinesight::stream {
namespace {

/// After so many records memory is looked at, and progress told.
constexpr std::uint64_t kStep = 4096;

/// The one sequence that all records are, as Watermarks names it.
const std::string kSequence = "records";

/// How much of the machine's memory this process takes; 0 when it cannot be known.
std::uint64_t resident_bytes() {
  std::uint64_t mapped = 0, resident = 0;
  std::ifstream("/proc/self/statm") >> mapped >> resident;
  return resident * static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));
}

/// A run.
class Tally {
 public:
  Tally(const TallyOptions& options, const TallyListener& listener, TallyCounts& counts)
      : options_(options),
        listener_(listener),
        counts_(counts),
        windows_(options.plan.shape, options.plan.aggregates),
        marks_(options.lateness_ms.value_or(0)) {
    marks_.open(kSequence);
  }

  bool wanted() const { return wanted_; }

  /// Counts a record that was read. Error: corrupt.
  Result<> take(const std::string& json) {
    const auto record = parse_record(json, options_.record, options_.plan.number_fields, parser_);
    if (!record) return std::unexpected(record.error());
    if (record->is_duplicate) return count(Taken::duplicate);
    const auto id = record->message_id ? *record->message_id : made_id(json);
    if (!id) return std::unexpected(id.error());
    count(windows_.add(record->key, record->time_ms, record->numbers, *id));
    if (!options_.lateness_ms) return {};
    marks_.seen(kSequence, record->time_ms);
    if (const auto watermark = marks_.watermark()) end(*watermark);
    return {};
  }

  void broken(const Error& why) {
    ++counts_.read;
    ++counts_.broken;
    listener_.broken(why);
  }

  /// Ends windows whose end has come.
  void end(std::int64_t watermark_ms) {
    windows_.end(watermark_ms, [this](const WindowResult& result) {
      if (!wanted_) return;
      wanted_ = listener_.result(result);
      counts_.results += wanted_ ? 1 : 0;
    });
  }

  Result<> step() {
    listener_.progress(counts_);
    const std::uint64_t taken = resident_bytes();
    if (taken <= before_ + options_.max_memory_bytes) return {};
    return fail(
        ErrorKind::unavailable,
        "expected to need at most {} bytes of memory, found {} in use for {} windows of keys that are "
        "open at once{}",
        options_.max_memory_bytes, taken - before_, windows_.open_keys(),
        options_.lateness_ms ? "" : "; with a lateness windows end while records come");
  }

 private:
  Result<> count(Taken taken) {
    ++counts_.read;
    ++(taken == Taken::counted     ? counts_.counted
       : taken == Taken::duplicate ? counts_.duplicates
                                   : counts_.late);
    return {};
  }

  /// The id that the producer would give the record.
  Result<std::uint64_t> made_id(const std::string& json) {
    const auto text = message_id(json, options_.record, id_parser_);
    if (!text) return std::unexpected(text.error());
    std::uint64_t id = 0;
    std::from_chars(text->data(), text->data() + text->size(), id, 16);
    return id;
  }

  const TallyOptions& options_;
  const TallyListener& listener_;
  TallyCounts& counts_;
  Windows windows_;
  Watermarks marks_;
  const std::uint64_t before_ = resident_bytes();
  Parser parser_, id_parser_;  ///< Two, because a record views what its own has read.
  bool wanted_ = true;
};

}  // namespace

Result<> tally(RecordSource& source, const TallyOptions& options, const TallyListener& listener,
               const std::stop_token& stop, TallyCounts& counts) {
  Tally tally(options, listener, counts);
  while (tally.wanted()) {
    auto json = source.next(stop);
    if (json && !*json) {
      tally.end(std::numeric_limits<std::int64_t>::max());
      break;
    }
    if (!json && json.error().kind != ErrorKind::corrupt) return std::unexpected(std::move(json.error()));
    if (!json) {
      tally.broken(json.error());
    } else if (const auto taken = tally.take(**json); !taken) {
      tally.broken(Error{taken.error().kind, source.where() + ": " + taken.error().message});
    }
    if (counts.read % kStep != 0) continue;
    if (auto going_on = tally.step(); !going_on) return going_on;
  }
  return {};
}

}  // namespace kinesight::stream
