#include "stream/shards/deaggregate.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "publish/kds/aggregation.h"

namespace kinesight::stream {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::string packed(std::vector<std::string_view> data) { return publish::aggregate("inner", data).value(); }

/// "sequence/sub key data" of each record.
std::vector<std::string> texts_of(const UnpackedPage& unpacked) {
  std::vector<std::string> texts;
  for (const auto& record : unpacked.records) {
    texts.push_back(fmt::format("{}/{} {} {}", record.sequence_number, record.sub_sequence,
                                record.partition_key, record.data));
  }
  return texts;
}

class Deaggregate : public testing::Test {
 protected:
  void add(std::string_view sequence, const std::string& data) {
    page_.records.push_back(
        {.partition_key = "outer", .sequence_number = sequence, .data = data, .arrived_ms = 125});
  }

  const std::string three_ = packed({"a", "b", "c"});
  const std::string plain_ = "plain";
  aws::RecordsPage page_;
};

TEST_F(Deaggregate, NumbersTheRecordsInARecord) {
  add("10", plain_);
  add("11", three_);
  add("12", plain_);
  const auto unpacked = unpack(page_, Position::trim_horizon());
  EXPECT_THAT(texts_of(unpacked), ElementsAre("10/0 outer plain", "11/0 inner a", "11/1 inner b",
                                              "11/2 inner c", "12/0 outer plain"));
  EXPECT_EQ(unpacked.aggregated, 1U);
  EXPECT_EQ(unpacked.skipped, 0U);
  for (const auto& record : unpacked.records) EXPECT_EQ(record.arrived_ms, 125);
}

TEST_F(Deaggregate, GoesOnInTheMiddleOfARecord) {
  add("11", three_);
  add("12", plain_);
  const auto unpacked = unpack(page_, Position::after("11", 1));
  EXPECT_THAT(texts_of(unpacked), ElementsAre("11/2 inner c", "12/0 outer plain"));
  EXPECT_EQ(unpacked.skipped, 2U);
}

TEST_F(Deaggregate, WhatIsDoneWithIsLeftOut) {
  add("11", three_);
  EXPECT_THAT(texts_of(unpack(page_, Position::after("11", 2))), IsEmpty());
  page_.records.clear();
  add("11", plain_);
  EXPECT_THAT(texts_of(unpack(page_, Position::after("11", 0))), IsEmpty());
  // Another record has nothing to do with it.
  EXPECT_THAT(texts_of(unpack(page_, Position::after("10", 7))), ElementsAre("11/0 outer plain"));
  EXPECT_THAT(texts_of(unpack(page_, Position::at(1'700'000'000'000))), ElementsAre("11/0 outer plain"));
}

TEST_F(Deaggregate, ADamagedRecordIsPassedThroughAsItIs) {
  std::string damaged = three_;
  damaged.back() ^= 1;
  const std::string cut = three_.substr(0, three_.size() - 1);
  const std::string magic = three_.substr(0, 4);
  add("1", damaged);
  add("2", cut);
  add("3", magic);
  const auto unpacked = unpack(page_, Position::trim_horizon());
  ASSERT_EQ(unpacked.records.size(), 3U);
  EXPECT_EQ(unpacked.records[0].data, damaged);
  EXPECT_EQ(unpacked.records[1].data, cut);
  EXPECT_EQ(unpacked.records[2].data, magic);
  EXPECT_EQ(unpacked.aggregated, 0U);
}

TEST_F(Deaggregate, ARecordOfNoRecordsIsNone) {
  const auto none = packed({});
  add("1", none);
  add("2", plain_);
  EXPECT_THAT(texts_of(unpack(page_, Position::trim_horizon())), ElementsAre("2/0 outer plain"));
}

}  // namespace
}  // namespace kinesight::stream
