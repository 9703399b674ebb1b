// The spool in memory: bounded, in order.
#include "publish/outbox/memory_spool.h"

#include <thread>

#include "publish/outbox/outbox_fixture.h"

namespace kinesight::publish {
namespace {

std::vector<Entry> read(MemorySpool& spool, std::size_t count, std::size_t bytes = 1 << 30) {
  std::vector<Entry> entries;
  EXPECT_TRUE(spool.read(count, bytes, entries));
  return entries;
}

TEST(MemorySpoolTest, HandsOutInOrderWithSequences) {
  MemorySpool spool(100, 1 << 20);
  auto entries = make_entries(1, 3);
  ASSERT_TRUE(spool.push(entries, {}));
  const auto first = read(spool, 2);
  EXPECT_EQ(names_of(first), numbers(1, 2));
  EXPECT_EQ(first[1].sequence, 2u);
  EXPECT_EQ(names_of(read(spool, 10)), numbers(3, 1));
  EXPECT_EQ(spool.last(), 3u);
}

TEST(MemorySpoolTest, WaitsWhileItIsFull) {
  for (const auto& [entries, bytes] : {std::pair<std::size_t, std::size_t>{4, 1 << 20}, {1000, 100}}) {
    MemorySpool spool(entries, bytes);
    std::jthread pusher([&] {
      auto many = make_entries(0, 200, 25);
      EXPECT_TRUE(spool.push(many, {}));
    });
    std::vector<std::string> names;
    while (names.size() < 200) {
      spool.wait(1, Clock::Steady::max(), {});
      const auto some = read(spool, 1000);
      EXPECT_LE(some.size(), 4u);
      for (const auto& entry : some) names.push_back(entry.name);
    }
    EXPECT_EQ(names, numbers(0, 200));
  }
}

TEST(MemorySpoolTest, TakesAnEntryLargerThanItselfAlone) {
  MemorySpool spool(4, 100);
  auto large = make_entries(1, 1, 1000);
  EXPECT_TRUE(spool.push(large, {}));
}

TEST(MemorySpoolTest, APushThatIsStoppedSaysSo) {
  MemorySpool spool(1, 100);
  auto first = make_entries(1, 1);
  ASSERT_TRUE(spool.push(first, {}));
  std::stop_source stop;
  std::jthread stopper([&] { stop.request_stop(); });
  auto second = make_entries(2, 1);
  EXPECT_FALSE(spool.push(second, stop.get_token()));
}

TEST(MemorySpoolTest, ADrainThatWantsMoreThanFitsIsWokenWhenItIsFull) {
  MemorySpool spool(4, 1 << 20);
  std::jthread pusher([&] {
    auto entries = make_entries(1, 4);
    EXPECT_TRUE(spool.push(entries, {}));
  });
  spool.wait(500, Clock::Steady::max(), {});
  EXPECT_EQ(names_of(read(spool, 10)), numbers(1, 4));
}

}  // namespace
}  // namespace kinesight::publish
