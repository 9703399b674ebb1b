// The record format: what goes in comes out, and nothing that was changed on the way does.
#include "publish/outbox/log_record.h"

#include "publish/outbox/outbox_fixture.h"
#include "publish/outbox/segment.h"

namespace kinesight::publish::outbox {
namespace {

Entry sample() {
  return {.key = "front", .name = "evt-1", .sink = "kds", .payload = std::string("{\"a\":\0 1}", 9)};
}

std::string encoded(const Entry& entry, std::uint64_t sequence = 7, bool more = false) {
  std::string bytes;
  encode_record(entry, sequence, -5, more, bytes);
  return bytes;
}

TEST(LogRecordTest, ComesBackAsItWas) {
  const auto bytes = encoded(sample(), 7, true);
  const std::string more = bytes + "what follows";
  const auto record = decode_record(more);
  ASSERT_TRUE(record);
  EXPECT_EQ(record->size, bytes.size());
  EXPECT_EQ(record->size, record_size(sample()));
  EXPECT_TRUE(record->more);
  const Entry entry = record->entry();
  EXPECT_EQ(entry.sequence, 7u);
  EXPECT_EQ(entry.accepted_ms, -5);
  EXPECT_EQ(entry.key, "front");
  EXPECT_EQ(entry.name, "evt-1");
  EXPECT_EQ(entry.sink, "kds");
  EXPECT_EQ(entry.payload, sample().payload);
}

TEST(LogRecordTest, IsLaidOutAsTheHeaderSays) {
  const auto bytes = encoded({.key = "k", .name = "nn", .sink = "", .payload = "ppp"}, 0x0102030405060708);
  ASSERT_EQ(bytes.size(), 38u);
  EXPECT_EQ(bytes.substr(0, 4), std::string("\x1e\0\0\0", 4)) << "30 bytes after the first eight";
  EXPECT_EQ(bytes.substr(8, 8), "\x08\x07\x06\x05\x04\x03\x02\x01") << "little endian";
  EXPECT_EQ(bytes.substr(24, 8), std::string("\1\0\2\0\0\0\0\0", 8));
  EXPECT_EQ(bytes.substr(32), "knnppp");
}

TEST(LogRecordTest, IsNotThereWhenAnyByteIsMissing) {
  const auto bytes = encoded(sample());
  for (std::size_t size = 0; size < bytes.size(); ++size) EXPECT_FALSE(decode_record(bytes.substr(0, size)));
}

TEST(LogRecordTest, IsNotThereWhenAnyBitIsWrong) {
  const auto bytes = encoded(sample());
  for (std::size_t bit = 0; bit < bytes.size() * 8; ++bit) {
    auto damaged = bytes;
    damaged[bit / 8] = static_cast<char>(damaged[bit / 8] ^ (1 << bit % 8));
    EXPECT_FALSE(decode_record(damaged)) << "bit " << bit;
  }
}

TEST(LogRecordTest, TakesKeysNamesAndSinksOf64KiBAlone) {
  EXPECT_TRUE(fits_in_record({.key = std::string(65'535, 'k')}));
  EXPECT_FALSE(fits_in_record({.key = std::string(65'536, 'k')}));
  EXPECT_FALSE(fits_in_record({.name = std::string(65'536, 'n')}));
}

TEST(RecordWalkTest, LosesWhatIsDamagedAndNoMore) {
  std::string bytes;
  std::vector<std::size_t> begins;
  for (std::uint64_t sequence = 1; sequence <= 5; ++sequence) {
    begins.push_back(bytes.size());
    encode_record(sample(), sequence, 0, false, bytes);
  }
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    auto damaged = bytes;
    damaged[at] = static_cast<char>(~damaged[at]);
    std::vector<std::uint64_t> found;
    RecordWalk walk(damaged, 0, 1);
    while (const auto record = walk.next()) found.push_back(record->sequence);
    const auto hit = static_cast<std::uint64_t>(std::ranges::upper_bound(begins, at) - begins.begin());
    std::vector<std::uint64_t> expected = {1, 2, 3, 4, 5};
    std::erase(expected, hit);
    EXPECT_EQ(found, expected) << "byte " << at;
  }
}

TEST(SegmentHeaderTest, CountsTheEntriesOfEachSinkBeforeIt) {
  const Boundary start{.sequence = 101, .targeted = {{"ddb", 7}, {"kds", 3}}};
  const auto bytes = encode_segment_header(start);
  const auto header = decode_segment_header(bytes);
  ASSERT_TRUE(header);
  EXPECT_EQ(header->size, bytes.size());
  EXPECT_EQ(header->start.sequence, 101u);
  EXPECT_EQ(header->start.accepted("kds"), 93u) << "100 less ddb's own";
  EXPECT_EQ(header->start.accepted("ddb"), 97u);
  EXPECT_EQ(header->start.accepted("s3"), 90u);
}

TEST(SegmentHeaderTest, IsNotThereWhenAnyByteIsMissingOrWrong) {
  const auto bytes = encode_segment_header({.sequence = 101, .targeted = {{"ddb", 7}}});
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    EXPECT_FALSE(decode_segment_header(bytes.substr(0, at)));
    auto damaged = bytes;
    damaged[at] = static_cast<char>(damaged[at] ^ 1);
    EXPECT_FALSE(decode_segment_header(damaged)) << "byte " << at;
  }
}

}  // namespace
}  // namespace kinesight::publish::outbox
