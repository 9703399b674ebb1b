// A stream's dead letters: what is there, and what is to become of it. For tools: nothing is kept between two
// calls.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <set>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "base/rng.h"
#include "stream/producer/options.h"
#include "stream/producer/sink.h"
#include "stream/record/record.h"
#include "stream/tables/dead_letter_table.h"

namespace kinesight::stream {

/// A dead letter as people are shown it, without its record.
struct LetterSummary {
  std::string id;
  std::int64_t at = 0;  ///< Epoch seconds.
  std::string error;
  std::size_t bytes = 0;  ///< Of the record, as far as it was kept.
  bool cut = false;       ///< The record was not kept whole.
};

/// The newest `limit` letters, the newest first. Reads them all, and keeps no more than these. Errors: those
/// of the table.
Result<std::vector<LetterSummary>> newest_letters(DeadLetterTable& table, std::size_t limit,
                                                  std::stop_token stop);

/// Which ones: those of these ids, or, when there are none in it, all that were there when the call began.
using LetterIds = std::set<std::string>;

/// Why a letter stays where it is.
enum class LeftBehind {
  absent,  ///< There is no such letter.
  late,    ///< It was late, and would be again. One that is asked for by its id is sent all the same.
  cut,     ///< Its record was not kept whole.
  other,   ///< Its record is in no form that we write.
};

/// What became of the letters that were chosen.
struct LettersSettled {
  std::size_t done = 0;  ///< Sent again, or deleted.
  std::size_t late = 0;  ///< Of these.
  std::map<LeftBehind, std::size_t> left;
};

/// Deletes letters for good. Errors: those of the table, and after how many letters.
Result<LettersSettled> drop_letters(const LetterIds& ids, DeadLetterTable& table, Clock& clock,
                                    std::stop_token stop);

/// Puts the records of letters back into their stream, each under the key that it has, and deletes each
/// letter when the stream has taken its record: never before, and then even when stopped. Killed between the
/// two, the letter stays, and its record is in the stream already.
class LetterRetry {
 public:
  /// `options` say how long what is not taken is tried again, and after which waits. All but these outlive
  /// it.
  LetterRetry(DeadLetterTable& table, RecordSink& sink, RecordOptions record, const ProducerOptions& options,
              Clock& clock, Rng rng)
      : table_(table), sink_(sink), record_(std::move(record)), options_(options), clock_(clock), rng_(rng) {}

  /// Errors: those of the table; invalid, denied, not_found, corrupt, as the stream has them; throttled,
  /// unavailable (it took nothing more for give_up_seconds); cancelled. They say how many letters were sent
  /// until then; the others are where they were.
  Result<LettersSettled> retry(const LetterIds& ids, std::stop_token stop);

 private:
  /// A letter on its way.
  struct Sending {
    std::string id;
    std::string key;
    std::string data;
    bool late = false;
  };

  void choose(DeadLetter letter, bool named, std::vector<Sending>& into);
  Result<> send(std::vector<Sending> waiting, const std::stop_token& stop);
  Result<> put(std::vector<Sending>& waiting, Error& why, const std::stop_token& stop);
  Result<> settle(std::vector<Sending>& waiting, const std::vector<aws::PutOutcome>& outcomes, Error& why);

  DeadLetterTable& table_;
  RecordSink& sink_;
  const RecordOptions record_;
  const ProducerOptions options_;
  Clock& clock_;
  const Rng rng_;
  Parser parser_;
  LettersSettled settled_;
};

}  // namespace kinesight::stream
