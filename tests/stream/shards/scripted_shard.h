// A shard whose answers are scripted, a clock that only waiting moves, and one who keeps what is read.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <deque>
#include <functional>
#include <string>
#include <vector>

#include "stream/shards/shard_reader.h"
#include "support/fake_clock.h"

namespace kinesight::stream {

/// Answers from a script, in order; a call beyond it asks the reader to stop.
class ScriptedShard final : public ShardSource {
 public:
  /// A call as it came.
  struct Asked {
    std::string what;  ///< "iterator TRIM…" or "records …".
    Clock::Steady at{};
    int limit = 0;
  };
  using Records = aws::CallResult<aws::RecordsPage>;

  ScriptedShard(const Clock& clock, std::stop_source& stop) : clock_(clock), stop_(stop) {}

  void answer(aws::RecordsPage page) { script_.emplace_back(std::move(page)); }
  void fail(const std::string& code, ErrorKind kind, bool timed_out = false) {
    script_.emplace_back(std::unexpected(error(code, kind, timed_out)));
  }
  void fail_iterator(const std::string& code, ErrorKind kind) {
    iterator_errors_.push_back(error(code, kind));
  }

  /// A page with these data, the records numbered on from the last one; `next` empty: the shard ends.
  aws::RecordsPage page(std::vector<std::string> data, std::int64_t behind = 0, bool ends = false) {
    struct Held {
      std::vector<std::string> data, sequences;
    };
    auto held = std::make_shared<Held>();
    held->data = std::move(data);
    for (std::size_t i = 0; i < held->data.size(); ++i)
      held->sequences.push_back(std::to_string(++sequence_));
    aws::RecordsPage made;
    for (std::size_t i = 0; i < held->data.size(); ++i) {
      made.records.push_back(
          {.partition_key = "key", .sequence_number = held->sequences[i], .data = held->data[i]});
    }
    made.next_iterator = ends ? "" : "next";
    made.millis_behind = behind;
    made.storage = std::move(held);
    return made;
  }

  aws::CallResult<std::vector<aws::Shard>> shards(std::stop_token) override { return {}; }
  aws::CallResult<std::string> iterator(const std::string& shard, const aws::IteratorStart& start,
                                        std::stop_token) override {
    EXPECT_EQ(shard, "shard-7");
    asked.push_back({fmt::format("iterator {}", text_of(start)), clock_.steady()});
    if (iterator_errors_.empty()) return fmt::format("fresh-{}", ++iterators_);
    auto failed = std::move(iterator_errors_.front());
    iterator_errors_.pop_front();
    return std::unexpected(std::move(failed));
  }
  Records records(const std::string& iterator, int limit, std::stop_token) override {
    asked.push_back({"records " + iterator, clock_.steady(), limit});
    on_records();
    if (script_.empty()) {
      stop_.request_stop();
      return std::unexpected(error("", ErrorKind::cancelled));
    }
    auto answer = std::move(script_.front());
    script_.pop_front();
    return answer;
  }

  /// What was asked, without the last call, which was beyond the script.
  std::vector<std::string> calls() const {
    std::vector<std::string> calls;
    for (const auto& call : asked) calls.push_back(call.what);
    if (script_.empty() && stop_.stop_requested()) calls.pop_back();
    return calls;
  }
  /// Seconds between one GetRecords and the next.
  std::vector<double> pauses() const {
    std::vector<double> pauses;
    const Asked* before = nullptr;
    for (const auto& call : asked) {
      if (!call.what.starts_with("records")) continue;
      if (before) pauses.push_back(to_seconds(call.at - before->at));
      before = &call;
    }
    return pauses;
  }

  std::vector<Asked> asked;
  std::function<void()> on_records = [] {};

 private:
  static aws::CallError error(const std::string& code, ErrorKind kind, bool timed_out = false) {
    aws::CallError error;
    error.error = {kind, "scripted " + code};
    error.code = code;
    error.timed_out = timed_out;
    return error;
  }
  static std::string text_of(const aws::IteratorStart& start) {
    switch (start.type) {
      case aws::IteratorType::latest:
        return "latest";
      case aws::IteratorType::trim_horizon:
        return "trim_horizon";
      case aws::IteratorType::at_timestamp:
        return fmt::format("at time {}", start.timestamp_ms);
      case aws::IteratorType::at_sequence_number:
        return "at " + start.sequence_number;
      case aws::IteratorType::after_sequence_number:
        return "after " + start.sequence_number;
    }
    return "?";
  }

  const Clock& clock_;
  std::stop_source& stop_;
  std::deque<Records> script_;
  std::deque<aws::CallError> iterator_errors_;
  int iterators_ = 0;
  int sequence_ = 0;
};

/// Keeps what it is given.
class KeepingSink final : public ShardSink {
 public:
  bool take(ShardBatch batch, std::stop_token) override {
    on_take();
    if (refuses) return false;
    for (const auto& record : batch.records) data.emplace_back(record.data);
    batches.push_back(std::move(batch));
    return true;
  }
  bool trouble(const ShardTrouble& trouble) override {
    troubles.push_back(fmt::format("{} {} {}", trouble.call, trouble.error.code, trouble.in_a_row));
    delays.push_back(to_seconds(trouble.next_try));
    return trouble.in_a_row < patience;
  }

  std::vector<ShardBatch> batches;
  std::vector<std::string> data;
  std::vector<std::string> troubles;
  std::vector<double> delays;
  bool refuses = false;
  int patience = 1'000'000;
  std::function<void()> on_take = [] {};
};

/// One who reads the scripted shard.
class ShardReaderTest : public testing::Test {
 protected:
  static constexpr std::int64_t kNowMs = 1'700'000'000'000;

  Result<ShardEnd> run(const Position& from = Position::trim_horizon()) {
    return reader_.run("shard-7", from, stop_.get_token());
  }

  support::FakeClock clock_{kNowMs / 1000.0};
  std::stop_source stop_;
  ScriptedShard shard_{clock_, stop_};
  KeepingSink sink_;
  ShardReader reader_{shard_, clock_, sink_, Rng(7)};
};

}  // namespace kinesight::stream
