#include "stream/multilang/held_back.h"

#include <gtest/gtest.h>

#include <string>

namespace kinesight::stream::multilang {
namespace {

Position at(int number) { return Position::after(std::to_string(number), 0); }

TEST(HeldBack, NothingBehindARecordOfAnOpenWindowIsLetGo) {
  HeldBack held;
  held.add(at(1), 100);
  held.add(at(2), 300);
  held.add(at(3), 200);
  EXPECT_EQ(held.release(99), std::nullopt);
  EXPECT_EQ(held.release(100), at(1));
  EXPECT_EQ(held.release(250), std::nullopt) << "the record 3 stands behind one whose window is open";
  EXPECT_EQ(held.release(300), at(3));
  EXPECT_EQ(held.release(1000), std::nullopt);
}

TEST(HeldBack, MemoryHasABoundAndTheBoundCostsNoRecord) {
  HeldBack held;
  for (int i = 1; i <= 100'000; ++i) {
    held.add(at(i), i);
    ASSERT_LE(held.size(), HeldBack::kMostBatches);
  }
  int last = 0;
  for (int ended = 1; ended <= 100'000; ++ended) {
    if (const auto free = held.release(ended)) {
      last = std::stoi(free->sequence_number);
      ASSERT_LE(last, ended);
    }
  }
  EXPECT_EQ(last, 100'000);
}

}  // namespace
}  // namespace kinesight::stream::multilang
