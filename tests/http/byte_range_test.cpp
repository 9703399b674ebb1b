#include "http/byte_range.h"

#include <gtest/gtest.h>

namespace kinesight::http {
namespace {

TEST(ByteRange, IsThePartThatIsAskedFor) {
  EXPECT_EQ(byte_range("bytes=0-0", 10), (ByteRange{0, 1}));
  EXPECT_EQ(byte_range("bytes=2-5", 10), (ByteRange{2, 4}));
  EXPECT_EQ(byte_range("bytes=2-", 10), (ByteRange{2, 8}));
  EXPECT_EQ(byte_range("bytes=2-99", 10), (ByteRange{2, 8}));
  EXPECT_EQ(byte_range("bytes=-3", 10), (ByteRange{7, 3}));
  EXPECT_EQ(byte_range("bytes=-99", 10), (ByteRange{0, 10}));
}

TEST(ByteRange, IsAllWhereTheHeaderSaysNothingClear) {
  for (const char* header : {"", "bytes", "bytes=", "bytes=-", "bytes=x-5", "bytes=5-x", "bytes=5-2",
                             "bytes=0-1,4-5", "lines=0-1", "bytes=--1", "bytes=99999999999999999999-"}) {
    EXPECT_EQ(byte_range(header, 10), (ByteRange{0, 10})) << header;
  }
}

TEST(ByteRange, IsNothingBeyondTheEnd) {
  EXPECT_FALSE(byte_range("bytes=10-", 10));
  EXPECT_FALSE(byte_range("bytes=10-20", 10));
  EXPECT_FALSE(byte_range("bytes=-0", 10));
  EXPECT_FALSE(byte_range("bytes=0-", 0));
}

}  // namespace
}  // namespace kinesight::http
