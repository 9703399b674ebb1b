// What tests of the outbox share: entries, a disk that can be made to fail, a sink that does as it is told.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <condition_variable>
#include <cstdlib>
#include <functional>
#include <iostream>
#include <map>
#include <mutex>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "publish/outbox/delivery.h"
#include "publish/outbox/disk.h"
#include "publish/outbox/outbox.h"
#include "publish/outbox/view.h"
#include "support/fake_clock.h"
#include "support/telemetry_fixture.h"
#include "support/temp_folder.h"

namespace kinesight::publish {

inline constexpr double kStart = 1'769'860'800;  // 2026-01-31T12:00:00Z
inline constexpr auto kPatience = seconds_duration(60);

/// The seed of a random test: of KINESIGHT_TEST_SEED, or a new one; printed, so that a failure can be
/// replayed.
inline std::uint64_t test_seed() {
  const char* given = std::getenv("KINESIGHT_TEST_SEED");
  const std::uint64_t seed = given ? std::strtoull(given, nullptr, 10) : std::random_device()();
  std::cout << "seed: KINESIGHT_TEST_SEED=" << seed << "\n";
  return seed;
}

inline Entry make_entry(const std::string& name, const std::string& key = "front", std::size_t bytes = 20) {
  std::string payload = name + ":";
  if (payload.size() < bytes) payload.resize(bytes, 'x');
  return {.key = key, .name = name, .payload = payload};
}

inline std::vector<Entry> make_entries(int first, int count, std::size_t bytes = 20) {
  std::vector<Entry> entries;
  for (int i = 0; i < count; ++i) entries.push_back(make_entry(std::to_string(first + i), "front", bytes));
  return entries;
}

inline std::vector<std::string> names_of(const std::vector<Entry>& entries) {
  std::vector<std::string> names;
  for (const auto& entry : entries) names.push_back(entry.name);
  return names;
}

inline std::vector<std::string> numbers(int first, int count) {
  std::vector<std::string> names;
  for (int i = 0; i < count; ++i) names.push_back(std::to_string(first + i));
  return names;
}

/// The machine's disk, with faults: room for so many bytes, or syncs that fail.
class FaultyDisk final : public outbox::Disk {
 public:
  std::uint64_t room = UINT64_MAX;  ///< Bytes that may still be written; a write that has no more is short.
  int failing_syncs = 0;            ///< So many fail from now on.
  bool cuts_fail = false;
  int syncs = 0;
  int folder_syncs = 0;

  Result<std::unique_ptr<outbox::DiskFile>> create(const std::filesystem::path& path) override {
    return wrapped(system().create(path));
  }
  Result<std::unique_ptr<outbox::DiskFile>> open(const std::filesystem::path& path) override {
    return wrapped(system().open(path));
  }
  Result<> rename(const std::filesystem::path& from, const std::filesystem::path& to) override {
    return system().rename(from, to);
  }
  Result<> remove(const std::filesystem::path& path) override { return system().remove(path); }
  Result<> sync_folder(const std::filesystem::path& folder) override {
    ++folder_syncs;
    return system().sync_folder(folder);
  }

 private:
  class File final : public outbox::DiskFile {
   public:
    File(FaultyDisk& disk, std::unique_ptr<outbox::DiskFile> file) : disk_(disk), file_(std::move(file)) {}
    Result<> write(std::uint64_t offset, std::string_view bytes) override {
      const auto fits = std::min<std::uint64_t>(bytes.size(), disk_.room);
      if (auto written = file_->write(offset, bytes.substr(0, fits)); !written) return written;
      disk_.room -= disk_.room == UINT64_MAX ? 0 : fits;
      if (fits < bytes.size()) return outbox::disk_error(ENOSPC, "write to", "a full disk");
      return {};
    }
    Result<> truncate(std::uint64_t size) override {
      if (disk_.cuts_fail) return outbox::disk_error(EIO, "cut", "a broken disk");
      return file_->truncate(size);
    }
    Result<> reserve(std::uint64_t size) override { return file_->reserve(size); }
    Result<> sync() override {
      ++disk_.syncs;
      if (disk_.failing_syncs > 0) {
        --disk_.failing_syncs;
        return outbox::disk_error(EIO, "sync", "a broken disk");
      }
      return file_->sync();
    }

   private:
    FaultyDisk& disk_;
    std::unique_ptr<outbox::DiskFile> file_;
  };

  Result<std::unique_ptr<outbox::DiskFile>> wrapped(Result<std::unique_ptr<outbox::DiskFile>> file) {
    if (!file) return file;
    return std::make_unique<File>(*this, std::move(*file));
  }
};

/// A sink that does as its script says, and remembers all that it was sent. Safe for any number of threads.
class FakeSink {
 public:
  using Names = std::vector<std::string>;
  using Answer = std::function<BatchResult(std::span<const Entry* const> batch)>;

  /// All entries of a batch have the same outcome.
  static BatchResult all(std::span<const Entry* const> batch, const Outcome& outcome) {
    return {.outcomes = std::vector<Outcome>(batch.size(), outcome)};
  }
  static BatchResult failed(ErrorKind kind, bool uncertain = false) {
    return {.whole = Error{kind, "the sink says no"}, .uncertain = uncertain};
  }

  BatchLimits limits{.entries = 100};
  /// What the sink says; by default it takes everything.
  void answer_with(Answer answer) {
    std::lock_guard lock(mutex_);
    answer_ = std::move(answer);
  }

  BatchResult deliver(std::span<const Entry* const> batch, std::stop_token stop) {
    std::unique_lock lock(mutex_);
    ++in_flight_;
    most_in_flight_ = std::max(most_in_flight_, in_flight_);
    Names names;
    for (const Entry* entry : batch) {
      names.push_back(entry->name);
      overlapped_ |= !busy_keys_.insert(entry->key).second && !within_batch(batch, entry);
    }
    requests_.push_back(names);
    changed_.notify_all();
    changed_.wait(lock, stop, [&] { return !held_; });
    auto result = answer_ ? answer_(batch) : all(batch, {});
    for (std::size_t i = 0; i < result.outcomes.size(); ++i) {
      if (result.outcomes[i].verdict == Verdict::delivered) taken_.push_back(batch[i]->name);
    }
    for (const Entry* entry : batch) busy_keys_.erase(entry->key);
    --in_flight_;
    changed_.notify_all();
    return result;
  }

  /// While held, requests wait.
  void hold(bool held) {
    {
      std::lock_guard lock(mutex_);
      held_ = held;
    }
    changed_.notify_all();
  }
  /// Waits until it has been sent `count` requests.
  bool await_requests(std::size_t count) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, kPatience, [&] { return requests_.size() >= count; });
  }
  /// Waits until it has taken `count` entries.
  bool await_taken(std::size_t count) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, kPatience, [&] { return taken_.size() >= count; });
  }
  Names taken() const {
    std::lock_guard lock(mutex_);
    return taken_;
  }
  std::vector<Names> requests() const {
    std::lock_guard lock(mutex_);
    return requests_;
  }
  int most_in_flight() const {
    std::lock_guard lock(mutex_);
    return most_in_flight_;
  }
  /// Whether two requests at once held entries of one key.
  bool overlapped() const {
    std::lock_guard lock(mutex_);
    return overlapped_;
  }

 private:
  static bool within_batch(std::span<const Entry* const> batch, const Entry* entry) {
    return std::ranges::any_of(
        batch, [&](const Entry* other) { return other != entry && other->key == entry->key; });
  }

  mutable std::mutex mutex_;
  std::condition_variable_any changed_;
  Answer answer_;
  bool held_ = false;
  int in_flight_ = 0;
  int most_in_flight_ = 0;
  bool overlapped_ = false;
  std::set<std::string> busy_keys_;
  std::vector<Names> requests_;
  Names taken_;
};

/// What a drain holds of a FakeSink.
class FakeDelivery final : public Delivery {
 public:
  explicit FakeDelivery(FakeSink& sink, std::string name = "kds") : sink_(sink), name_(std::move(name)) {}
  std::string_view sink() const override { return name_; }
  Stream stream() const override { return Stream::events; }
  BatchLimits limits() const override { return sink_.limits; }
  BatchResult deliver(std::span<const Entry* const> batch, std::stop_token stop) override {
    return sink_.deliver(batch, std::move(stop));
  }
  Totals totals(const DeliveryCounts&) const override { return {}; }

 private:
  FakeSink& sink_;
  const std::string name_;
};

}  // namespace kinesight::publish
