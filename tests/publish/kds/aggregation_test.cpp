#include "publish/kds/aggregation.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/evp.h>

#include "base/rng.h"
#include "support/replay.h"

namespace kinesight::publish {
namespace {

using testing::ElementsAre;
using testing::SizeIs;

/// An aggregated record around any message.
std::string sealed(std::string_view message) {
  std::string record = "\xF3\x89\x9A\xC2";
  record += message;
  unsigned char digest[16];
  std::size_t size = sizeof digest;
  EXPECT_EQ(EVP_Q_digest(nullptr, "MD5", nullptr, message.data(), message.size(), digest, &size), 1);
  return record.append(reinterpret_cast<const char*>(digest), size);
}

std::vector<std::string> data_of(const UserRecords& unpacked) {
  std::vector<std::string> data;
  for (const auto& record : unpacked.records) data.emplace_back(record.data);
  return data;
}

TEST(Aggregation, IsTheFormatThatIsDocumented) {
  const std::vector<std::string_view> data = {"one", ""};
  const std::string message(
      "\x0a\x05"
      "front"
      "\x1a\x07\x08\x00\x1a\x03"
      "one"
      "\x1a\x04\x08\x00\x1a\x00",
      7 + 9 + 6);
  EXPECT_EQ(aggregate("front", data), sealed(message));
}

TEST(Aggregation, KnowsItsSizeBeforehand) {
  for (const std::size_t bytes : {0, 1, 120, 121, 122, 127, 128, 16'370, 16'377, 16'384, 1'000'000}) {
    const std::string payload(bytes, 'x');
    const std::vector<std::string_view> data = {payload, payload};
    EXPECT_EQ(aggregate("front", data)->size(), aggregated_base("front") + 2 * aggregated_share(bytes))
        << bytes;
  }
}

TEST(Aggregation, ComesApartAgain) {
  const std::vector<std::string_view> data = {R"({"event_id":"a"})", "", "\xF3\x89\x9A\xC2"};
  const auto record = aggregate("front", data);
  const auto unpacked = deaggregate("front", *record);
  EXPECT_TRUE(unpacked.aggregated);
  EXPECT_THAT(data_of(unpacked), ElementsAre(data[0], data[1], data[2]));
  for (const auto& user : unpacked.records) {
    EXPECT_EQ(user.partition_key, "front");
    EXPECT_FALSE(user.explicit_hash_key);
  }
}

TEST(Aggregation, ReadsKeysAndHashKeysOfOtherProducers) {
  // Tables: keys "a", "b"; hash keys "7". Records: b 7 "x" with a tag, a "y".
  const std::string record =
      sealed(std::string("\x0a\x01"
                         "a"
                         "\x0a\x01"
                         "b"
                         "\x12\x01"
                         "7"
                         "\x1a\x0c\x08\x01\x10\x00\x1a\x01"
                         "x"
                         "\x22\x03\x0a\x01"
                         "t"
                         "\x1a\x05\x08\x00\x1a\x01"
                         "y",
                         9 + 14 + 7));
  const auto unpacked = deaggregate("outer", record);
  ASSERT_THAT(unpacked.records, SizeIs(2));
  EXPECT_EQ(unpacked.records[0].partition_key, "b");
  EXPECT_EQ(unpacked.records[0].explicit_hash_key, "7");
  EXPECT_EQ(unpacked.records[0].data, "x");
  EXPECT_EQ(unpacked.records[1].partition_key, "a");
  EXPECT_FALSE(unpacked.records[1].explicit_hash_key);
}

/// What is no aggregated record in every respect is the record that the producer wrote.
class PassedThrough : public testing::TestWithParam<std::pair<std::string, std::string>> {};

TEST_P(PassedThrough, AsItIs) {
  const auto& record = GetParam().second;
  const auto unpacked = deaggregate("front", record);
  EXPECT_FALSE(unpacked.aggregated);
  ASSERT_THAT(unpacked.records, SizeIs(1));
  EXPECT_EQ(unpacked.records[0].partition_key, "front");
  EXPECT_EQ(unpacked.records[0].data, record);
}

std::string damaged(std::size_t from_end) {
  std::string record = *aggregate("front", std::vector<std::string_view>{"one", "two"});
  record[record.size() - 1 - from_end] ^= 1;
  return record;
}

INSTANTIATE_TEST_SUITE_P(
    Aggregation, PassedThrough,
    testing::Values(
        std::pair("Json", R"({"event_id":"a"})"), std::pair("Nothing", ""),
        std::pair("MagicAlone", "\xF3\x89\x9A\xC2"), std::pair("NoMessage", sealed("")),
        std::pair("OtherMagic", "\xF3\x89\x9A\xC3" + sealed("\x0a\x01k").substr(4)),
        std::pair("DamagedDigest", damaged(0)), std::pair("DamagedMessage", damaged(16)),
        std::pair("NoProtobuf", sealed("\x0a\x05"
                                       "a")),
        std::pair("RecordWithoutData", sealed(std::string("\x0a\x01k\x1a\x02\x08\x00", 7))),
        std::pair("KeyThatIsNotThere", sealed(std::string("\x0a\x01k\x1a\x04\x08\x01\x1a\x00", 9))),
        std::pair("HugeKeyIndex",
                  sealed(std::string("\x0a\x01k\x1a\x08\x08\xff\xff\xff\xff\x0f\x1a\x00", 13))),
        std::pair("HashKeyThatIsNotThere",
                  sealed(std::string("\x0a\x01k\x1a\x06\x08\x00\x10\x00\x1a\x00", 11))),
        std::pair("LongerThanTheKplMakesThem", sealed("\x0a\xff\xff\x7f" + std::string(2'097'151, 'k')))),
    [](const auto& test) { return std::string(test.param.first); });

TEST(Aggregation, AnyChangeOfAByteIsNoticed) {
  Rng rng(support::replay_seed());
  const auto record = *aggregate("front", std::vector<std::string_view>{"one", "two", "three"});
  for (int i = 0; i < 1000; ++i) {
    auto changed = record;
    changed[static_cast<std::size_t>(rng.integer(0, static_cast<int>(record.size()) - 1))] ^=
        static_cast<char>(1 << rng.integer(0, 7));
    const auto unpacked = deaggregate("front", changed);
    ASSERT_FALSE(unpacked.aggregated);
    ASSERT_EQ(unpacked.records.at(0).data, changed);
  }
}

}  // namespace
}  // namespace kinesight::publish
