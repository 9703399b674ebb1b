// The log on disk: what was acknowledged is found again, whatever the end of the file looks like.
#include "publish/outbox/segment_log.h"

#include <fstream>
#include <thread>

#include "publish/outbox/log_reader.h"
#include "publish/outbox/outbox_fixture.h"

namespace kinesight::publish::outbox {
namespace {

/// Readers that need everything from `first` on.
class FakeReaders final : public LogReaders {
 public:
  std::atomic<std::uint64_t> first{1};
  std::vector<std::uint64_t> retired;
  std::uint64_t needed() const override { return first; }
  void retiring(const Boundary& start) override { retired.push_back(start.sequence); }
  void appended() override {}
};

class SegmentLogTest : public testing::Test {
 protected:
  std::unique_ptr<SegmentLog> open(LogOptions options = {}, std::uint64_t floor = 1) {
    if (options.max_bytes == 0) options.max_bytes = 1 << 30;
    if (options.segment_bytes == 0) options.segment_bytes = 1 << 20;
    auto log = SegmentLog::open(disk_, clock_, folder_.path() / "events", options, floor);
    EXPECT_TRUE(log) << log.error().message;
    (*log)->set_readers(&readers_);
    return std::move(*log);
  }
  static void append(SegmentLog& log, const std::vector<Entry>& entries) {
    const auto appended = log.append(entries, {});
    ASSERT_TRUE(appended) << appended.error().message;
  }
  /// The names of all entries, the oldest first.
  static std::vector<std::string> contents(const SegmentLog& log) {
    std::vector<std::string> names;
    LogReader reader(log);
    reader.seek(1);
    for (auto record = reader.next(); record && *record; record = reader.next())
      names.emplace_back((*record)->name);
    return names;
  }
  std::vector<std::filesystem::path> files() const {
    std::vector<std::filesystem::path> paths;
    const auto listed = list_segments(folder_.path() / "events").value();
    for (const auto& file : listed) paths.push_back(file.path);
    return paths;
  }
  static std::string bytes_of(const std::filesystem::path& path) { return read_file(path).value(); }
  static void replace(const std::filesystem::path& path, const std::string& bytes) {
    std::ofstream(path, std::ios::binary | std::ios::trunc) << bytes;
  }

  support::TempFolder folder_;
  support::FakeClock clock_{kStart};
  FaultyDisk disk_;
  FakeReaders readers_;
};

TEST_F(SegmentLogTest, FindsAgainWhatWasAppended) {
  {
    auto log = open();
    append(*log, make_entries(1, 3));
    append(*log, make_entries(4, 2));
  }
  auto log = open();
  EXPECT_EQ(log->next(), 6u);
  EXPECT_EQ(log->torn_bytes(), 0u);
  append(*log, make_entries(6, 1));
  EXPECT_EQ(contents(*log), numbers(1, 6));
  EXPECT_EQ(files().size(), 1u) << "it goes on with the same file";
}

TEST_F(SegmentLogTest, GoesOnInANewFileWhenOneIsFull) {
  auto log = open({.segment_bytes = 200});
  for (int i = 1; i <= 20; ++i) append(*log, make_entries(i, 1));
  EXPECT_GT(files().size(), 3u);
  EXPECT_EQ(contents(*log), numbers(1, 20));
  log.reset();
  EXPECT_EQ(contents(*open({.segment_bytes = 200})), numbers(1, 20));
}

TEST_F(SegmentLogTest, SyncsEachAppendAndEachNewName) {
  auto log = open();
  append(*log, make_entries(1, 3));
  append(*log, make_entries(4, 3));
  EXPECT_EQ(disk_.syncs, 2);
  EXPECT_EQ(disk_.folder_syncs, 1);
}

TEST_F(SegmentLogTest, LeavesSyncingToTheSystemWhenToldTo) {
  auto log = open({.sync = false});
  append(*log, make_entries(1, 3));
  EXPECT_EQ(disk_.syncs + disk_.folder_syncs, 0);
}

// A process that dies while it writes leaves any beginning of what it wrote.
TEST_F(SegmentLogTest, CutsATornEndAtEveryByte) {
  std::size_t whole = 0;
  {
    auto log = open();
    append(*log, make_entries(1, 2));
    whole = bytes_of(files().front()).size();
    append(*log, make_entries(3, 2));  // One append: all of it or nothing.
  }
  const auto path = files().front();
  const auto bytes = bytes_of(path);
  for (std::size_t size = whole; size < bytes.size(); ++size) {
    replace(path, bytes.substr(0, size));
    auto log = open();
    EXPECT_EQ(contents(*log), numbers(1, 2)) << "cut at " << size;
    EXPECT_EQ(log->torn_bytes(), size - whole);
    append(*log, make_entries(3, 1));
    EXPECT_EQ(contents(*log), numbers(1, 3)) << "cut at " << size;
    log.reset();
    EXPECT_EQ(contents(*open()), numbers(1, 3)) << "cut at " << size;
  }
}

// A power cut can leave blocks of a write that was never acknowledged in any order.
TEST_F(SegmentLogTest, CutsAnEndWithAnyByteWrong) {
  std::size_t whole = 0;
  {
    auto log = open();
    append(*log, make_entries(1, 2));
    whole = bytes_of(files().front()).size();
    append(*log, make_entries(3, 1));
  }
  const auto path = files().front();
  const auto bytes = bytes_of(path);
  for (std::size_t at = whole; at < bytes.size(); ++at) {
    auto damaged = bytes;
    damaged[at] = static_cast<char>(damaged[at] ^ 0x40);
    replace(path, damaged);
    EXPECT_EQ(contents(*open()), numbers(1, 2)) << "byte " << at;
  }
  replace(path, bytes.substr(0, whole) + std::string(4096, '\0'));
  EXPECT_EQ(contents(*open()), numbers(1, 2)) << "zeros";
}

TEST_F(SegmentLogTest, AFirstAppendThatIsTornLeavesNothing) {
  {
    append(*open(), make_entries(1, 1));
  }
  const auto path = files().front();
  const auto bytes = bytes_of(path);
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    replace(path, bytes.substr(0, size));
    auto log = open();
    EXPECT_EQ(log->next(), 1u);
    append(*log, make_entries(1, 1));
    EXPECT_EQ(contents(*log), numbers(1, 1)) << "cut at " << size;
  }
}

TEST_F(SegmentLogTest, LosesWhatIsDamagedInTheMiddleAndNoMore) {
  {
    append(*open(), make_entries(1, 5));
  }
  const auto path = files().front();
  auto bytes = bytes_of(path);
  bytes[bytes.find("3:")] = '?';
  replace(path, bytes);
  auto log = open();
  EXPECT_EQ(contents(*log), (std::vector<std::string>{"1", "2", "4", "5"}));
  EXPECT_EQ(log->next(), 6u);
}

TEST_F(SegmentLogTest, ReadsOnAfterADamagedEndOfAnOlderFile) {
  {
    auto log = open({.segment_bytes = 100});
    for (int i = 1; i <= 6; ++i) append(*log, make_entries(i, 1));
  }
  const auto path = files().front();
  const auto bytes = bytes_of(path);
  replace(path, bytes.substr(0, bytes.size() - 1));
  EXPECT_THAT(contents(*open()), testing::SizeIs(5));
}

TEST_F(SegmentLogTest, ReadsOnWithoutAFileThatIsGone) {
  {
    auto log = open({.segment_bytes = 1});
    for (int i = 1; i <= 3; ++i) append(*log, make_entries(i, 1));
  }
  std::filesystem::remove(files()[1]);
  EXPECT_EQ(contents(*open()), (std::vector<std::string>{"1", "3"}));
}

TEST_F(SegmentLogTest, NeverGivesASequenceTwice) {
  {
    auto log = open();
    append(*log, make_entries(1, 5));
  }
  auto bytes = bytes_of(files().front());
  replace(files().front(), bytes.substr(0, bytes.size() - 1));  // 1 to 5 were one append: all are cut.
  auto log = open({}, 6);                                       // A cursor knows that 5 was there.
  EXPECT_EQ(log->next(), 6u);
  append(*log, make_entries(6, 1));
  EXPECT_EQ(contents(*log), numbers(6, 1));
  log.reset();
  EXPECT_EQ(open()->next(), 7u);
}

TEST_F(SegmentLogTest, TakesNothingWhenTheDiskIsFullAndGoesOnWhenThereIsRoom) {
  auto log = open();
  append(*log, make_entries(1, 2));
  const auto before = bytes_of(files().front());
  for (std::uint64_t room = 0; room < 3 * record_size(make_entry("3")); ++room) {
    disk_.room = room;
    const auto failed = log->append(make_entries(3, 3), {});
    ASSERT_FALSE(failed);
    EXPECT_EQ(failed.error().kind, ErrorKind::unavailable);
    EXPECT_THAT(failed.error().message, testing::HasSubstr("free space on the disk"));
    EXPECT_EQ(bytes_of(files().front()), before);
  }
  EXPECT_EQ(log->next(), 3u);
  disk_.room = UINT64_MAX;
  append(*log, make_entries(3, 1));
  log.reset();
  EXPECT_EQ(contents(*open()), numbers(1, 3));
}

TEST_F(SegmentLogTest, ADiskThatIsFullFromTheBeginningLeavesNoFile) {
  auto log = open();
  disk_.room = 30;
  EXPECT_FALSE(log->append(make_entries(1, 1), {}));
  EXPECT_THAT(files(), testing::IsEmpty());
  disk_.room = UINT64_MAX;
  append(*log, make_entries(1, 1));
  EXPECT_EQ(contents(*log), numbers(1, 1));
}

// After a failed fdatasync the system may have thrown the bytes away and say nothing the next time.
TEST_F(SegmentLogTest, LeavesAFileWhoseSyncFailed) {
  auto log = open();
  append(*log, make_entries(1, 2));
  disk_.failing_syncs = 1;
  EXPECT_FALSE(log->append(make_entries(3, 1), {}));
  append(*log, make_entries(3, 2));
  EXPECT_EQ(files().size(), 2u);
  EXPECT_EQ(contents(*log), numbers(1, 4));
  log.reset();
  EXPECT_EQ(contents(*open()), numbers(1, 4));
}

TEST_F(SegmentLogTest, ReadsNothingTwiceWhenAFailedWriteCannotBeCut) {
  auto log = open();
  append(*log, make_entries(1, 2));
  disk_.failing_syncs = 1;
  disk_.cuts_fail = true;
  EXPECT_FALSE(log->append(make_entries(100, 1), {}));
  append(*log, make_entries(3, 1));
  EXPECT_EQ(contents(*log), numbers(1, 3));
  log.reset();
  disk_.cuts_fail = false;
  EXPECT_EQ(contents(*open()), numbers(1, 3)) << "the new file says where the old one ends";
}

TEST_F(SegmentLogTest, DropsTheOldestFilesWhenItIsFull) {
  auto log = open({.max_bytes = 4000, .segment_bytes = 400});
  for (int i = 1; i <= 200; ++i) {
    append(*log, make_entries(i, 1));
    EXPECT_LE(log->bytes(), 4000u);
  }
  const auto first = static_cast<int>(log->start().sequence);
  EXPECT_GT(first, 100);
  EXPECT_EQ(contents(*log), numbers(first, 201 - first));
  EXPECT_THAT(readers_.retired, testing::Not(testing::IsEmpty()));
  EXPECT_EQ(readers_.retired.back(), log->start().sequence);
}

TEST_F(SegmentLogTest, WaitsForRoomWhenItMayNotDrop) {
  auto log = open({.max_bytes = 4000, .segment_bytes = 400, .drop_oldest = false});
  std::stop_source stop;
  std::atomic<int> taken = 0;
  std::jthread appender([&] {
    while (log->append(make_entries(taken + 1, 1), stop.get_token())) ++taken;
  });
  const auto full = [&] { return log->takes_now(make_entries(1, 1)); };
  while (full()) std::this_thread::yield();
  const auto held = log->next();
  EXPECT_GT(held, 50u);
  EXPECT_TRUE(readers_.retired.empty()) << "nothing is dropped";

  readers_.first = held;  // Everything is done, also in the newest file.
  log->release();
  while (log->next() <= held + 40) std::this_thread::yield();
  stop.request_stop();
  appender.join();
  EXPECT_EQ(log->next(), static_cast<std::uint64_t>(taken) + 1);
}

TEST_F(SegmentLogTest, RefusesWhatIsLargerThanTheLog) {
  auto log = open({.max_bytes = 4000, .segment_bytes = 400});
  const auto refused = log->append(make_entries(1, 1, 5000), {});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::invalid);
  append(*log, make_entries(1, 1, 3000));
  append(*log, make_entries(2, 1, 3000));
  EXPECT_EQ(contents(*log), numbers(2, 1));
}

TEST_F(SegmentLogTest, DeletesFilesThatNobodyNeeds) {
  auto log = open({.segment_bytes = 1});
  for (int i = 1; i <= 5; ++i) append(*log, make_entries(i, 1));
  EXPECT_FALSE(log->can_release(1));
  EXPECT_TRUE(log->can_release(2));
  readers_.first = 4;
  log->release();
  EXPECT_EQ(files().size(), 2u);
  EXPECT_EQ(contents(*log), numbers(4, 2));
}

// The point of group commit: threads that wait share a sync. Each finds its entries there, in its order.
TEST_F(SegmentLogTest, ManyThreadsShareWrites) {
  constexpr int kThreads = 8;
  constexpr int kEach = 200;
  auto log = open({.segment_bytes = 20'000});
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < kThreads; ++t) {
      threads.emplace_back([&log, t] {
        for (int i = 0; i < kEach; ++i) append(*log, make_entries(1000 * t + i, 1));
      });
    }
  }
  EXPECT_LE(disk_.syncs, kThreads * kEach);
  std::map<int, std::vector<int>> by_thread;
  for (const auto& name : contents(*log)) by_thread[std::stoi(name) / 1000].push_back(std::stoi(name) % 1000);
  std::vector<int> in_order(kEach);
  std::ranges::generate(in_order, [i = 0]() mutable { return i++; });
  EXPECT_THAT(by_thread, testing::SizeIs(kThreads));
  for (const auto& [thread, order] : by_thread) EXPECT_EQ(order, in_order) << "thread " << thread;
}

TEST_F(SegmentLogTest, AGroupThatFailsTakesNoneOfIt) {
  constexpr int kThreads = 6;
  auto log = open({.segment_bytes = 5'000});
  std::mutex mutex;
  std::set<std::string> taken;
  disk_.room = 40'000;
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < kThreads; ++t) {
      threads.emplace_back([&, t] {
        for (int i = 0; i < 200; ++i) {
          const auto entries = make_entries(10'000 * t + 10 * i, 3);
          if (!log->append(entries, {})) continue;
          std::lock_guard lock(mutex);
          for (const auto& entry : entries) taken.insert(entry.name);
        }
      });
    }
  }
  const auto found = contents(*log);
  EXPECT_GT(found.size(), 100u);
  EXPECT_EQ(found.size(), taken.size());
  EXPECT_EQ(std::set<std::string>(found.begin(), found.end()), taken);
}

}  // namespace
}  // namespace kinesight::publish::outbox
