#include "stream/dead_letters.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/backoff.h"
#include "stream/consumer/letter.h"
#include "stream/producer/batcher.h"
#include "stream/record/stamp.h"
#include "stream/tables/dead_letter.h"

namespace kinesight::stream {
namespace {

constexpr std::int64_t kMsInSecond = 1000;

/// What is done with letters, of which there may be none.
using Treat = std::function<Result<>(std::vector<DeadLetter>)>;

/// Calls `treat` with each page. Errors: those of the table and of `treat`.
Result<> each_page(DeadLetterTable& table, const std::stop_token& stop, const Treat& treat) {
  std::optional<std::string> next;
  do {
    auto page = table.page(next, stop);
    if (!page) return std::unexpected(page.error());
    if (auto done = treat(std::move(page->letters)); !done) return done;
    next = std::move(page->next);
  } while (next);
  return {};
}

/// The same with those that are chosen. What is not there is counted.
Result<> each_chosen(const LetterIds& ids, DeadLetterTable& table, const Clock& clock,
                     LettersSettled& settled, const std::stop_token& stop, const Treat& treat) {
  if (ids.empty()) {
    // A record that is sent again may be a new letter before the last page is read.
    const std::int64_t now = clock.wall_ms() / kMsInSecond;
    return each_page(table, stop, [&](std::vector<DeadLetter> letters) {
      std::erase_if(letters, [&](const DeadLetter& one) { return one.error_timestamp > now; });
      return treat(std::move(letters));
    });
  }
  for (const std::string& id : ids) {
    auto letter = table.find(id, stop);
    if (!letter) return std::unexpected(letter.error());
    if (!*letter) {
      ++settled.left[LeftBehind::absent];
    } else if (auto done = treat({std::move(**letter)}); !done) {
      return done;
    }
  }
  return {};
}

/// An error after some letters were treated says so.
Result<LettersSettled> outcome(LettersSettled settled, const Result<>& walked) {
  if (walked) return settled;
  if (settled.done == 0) return std::unexpected(walked.error());
  return wrap(walked.error(),
              fmt::format("after {} dead letter{}", settled.done, settled.done == 1 ? "" : "s"));
}

LetterSummary summary_of(const DeadLetter& letter) {
  const auto data = data_of(letter);
  return {.id = letter.error_id,
          .at = letter.error_timestamp,
          .error = letter.error_message,
          .bytes = data ? data->size() : letter.record_data.size(),
          .cut = is_cut(letter)};
}

bool is_late(const DeadLetter& letter) { return letter.error_message == kLateMessage; }

}  // namespace

Result<std::vector<LetterSummary>> newest_letters(DeadLetterTable& table, std::size_t limit,
                                                  std::stop_token stop) {
  const auto newer = [](const LetterSummary& a, const LetterSummary& b) {
    return a.at != b.at ? a.at > b.at : a.id > b.id;
  };
  std::vector<LetterSummary> newest;  // A heap: its front is the oldest.
  const auto walked = each_page(table, stop, [&](const std::vector<DeadLetter>& letters) -> Result<> {
    for (const DeadLetter& letter : letters) {
      newest.push_back(summary_of(letter));
      std::ranges::push_heap(newest, newer);
      if (newest.size() <= limit) continue;
      std::ranges::pop_heap(newest, newer);
      newest.pop_back();
    }
    return {};
  });
  if (!walked) return std::unexpected(walked.error());
  std::ranges::sort_heap(newest, newer);
  return newest;
}

Result<LettersSettled> drop_letters(const LetterIds& ids, DeadLetterTable& table, Clock& clock,
                                    std::stop_token stop) {
  LettersSettled settled;
  const auto walked =
      each_chosen(ids, table, clock, settled, stop, [&](const std::vector<DeadLetter>& letters) -> Result<> {
        std::vector<std::string> gone;
        std::ranges::transform(letters, std::back_inserter(gone), &DeadLetter::error_id);
        if (auto dropped = table.drop(gone, stop); !dropped) return dropped;
        settled.done += gone.size();
        return {};
      });
  return outcome(std::move(settled), walked);
}

/// Notes what a letter is left for, or adds it to those that are sent.
void LetterRetry::choose(DeadLetter letter, bool named, std::vector<Sending>& into) {
  const bool late = is_late(letter);
  if (late && !named) return void(++settled_.left[LeftBehind::late]);
  if (is_cut(letter)) return void(++settled_.left[LeftBehind::cut]);
  auto data = data_of(letter);
  if (!data) return void(++settled_.left[LeftBehind::other]);
  auto key = partition_key_of(*data, record_, parser_);
  into.push_back(
      {.id = std::move(letter.error_id), .key = std::move(key), .data = std::move(*data), .late = late});
}

Result<LettersSettled> LetterRetry::retry(const LetterIds& ids, std::stop_token stop) {
  settled_ = {};
  const auto walked =
      each_chosen(ids, table_, clock_, settled_, stop, [&](std::vector<DeadLetter> letters) -> Result<> {
        std::vector<Sending> waiting;
        for (DeadLetter& letter : letters) choose(std::move(letter), !ids.empty(), waiting);
        return send(std::move(waiting), stop);
      });
  return outcome(std::move(settled_), walked);
}

/// Returns when all were taken, and their letters are gone.
Result<> LetterRetry::send(std::vector<Sending> waiting, const std::stop_token& stop) {
  Backoff pauses(backoff_policy(options_), rng_);
  auto taken_last = clock_.steady();
  while (!waiting.empty()) {
    const std::size_t before = waiting.size();
    const std::size_t asked = std::min(before, aws::Kinesis::kMaxRecords);
    Error why;
    if (auto put_some = put(waiting, why, stop); !put_some) return put_some;
    const std::size_t taken = before - waiting.size();
    if (taken > 0) {
      taken_last = clock_.steady();
      pauses.reset();
    }
    if (taken == asked) continue;
    const double tried = to_seconds(clock_.steady() - taken_last);
    if (tried >= options_.give_up_seconds)
      return fail(why.kind, "the stream has taken nothing for {:.0f} s: {}", tried, why.message);
    if (!clock_.wait_for(pauses.next(), stop)) return fail(ErrorKind::cancelled, "stopped");
  }
  return {};
}

/// One request; what it took is no longer among `waiting`. `why` says what kept others from being taken.
Result<> LetterRetry::put(std::vector<Sending>& waiting, Error& why, const std::stop_token& stop) {
  std::vector<aws::PutRecord> request;
  for (std::size_t i = 0; i < std::min(waiting.size(), aws::Kinesis::kMaxRecords); ++i)
    request.push_back({.partition_key = waiting[i].key, .data = waiting[i].data});
  const auto answer = sink_.put(request, stop);
  if (answer && answer->size() != request.size()) {
    return fail(ErrorKind::corrupt, "expected an outcome for each of {} records, found {}", request.size(),
                answer->size());
  }
  if (answer) return settle(waiting, *answer, why);
  why = answer.error().error;
  if (why.kind == ErrorKind::throttled || why.kind == ErrorKind::unavailable) return {};
  return std::unexpected(why);
}

Result<> LetterRetry::settle(std::vector<Sending>& waiting, const std::vector<aws::PutOutcome>& outcomes,
                             Error& why) {
  std::vector<std::string> taken;
  std::size_t late = 0;
  std::vector<Sending> left;
  for (std::size_t i = 0; i < waiting.size(); ++i) {
    if (i < outcomes.size() && outcomes[i].error_code.empty()) {
      late += waiting[i].late ? 1 : 0;
      taken.push_back(std::move(waiting[i].id));
      continue;
    }
    left.push_back(std::move(waiting[i]));
    if (i >= outcomes.size()) continue;
    const auto& [shard, code, message] = outcomes[i];
    why = {aws::is_throttling(code) ? ErrorKind::throttled : ErrorKind::unavailable,
           fmt::format("{}: {}", code, message)};
  }
  waiting = std::move(left);
  // Not with our stop: a letter that stays would be sent twice.
  if (auto dropped = table_.drop(taken, {}); !dropped) {
    return wrap(
        dropped.error(),
        fmt::format("{} records are in the stream again, and some of their letters are still there: a "
                    "further retry would send those twice",
                    taken.size()));
  }
  settled_.done += taken.size();
  settled_.late += late;
  return {};
}

}  // namespace kinesight::stream
