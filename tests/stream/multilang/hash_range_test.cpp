#include "stream/multilang/hash_range.h"

#include <gtest/gtest.h>

namespace kinesight::stream::multilang {
namespace {

TEST(HashRange, AKeyLiesWhereKinesisPutsIt) {
  const auto whole = HashRange::make("0", "340282366920938463463374607431768211455").value();
  EXPECT_TRUE(whole.holds(hash_key_of("delhi").value()));
  // MD5's own test vector: md5("") = d41d8cd98f00b204e9800998ecf8427e.
  const auto empty = hash_key_of("").value();
  EXPECT_EQ(empty, hash_key_from_text("281949768489412648962353822266799178366").value());
  const auto alone =
      HashRange::make("281949768489412648962353822266799178366", "281949768489412648962353822266799178366")
          .value();
  EXPECT_TRUE(alone.holds(empty));
  EXPECT_FALSE(alone.holds(hash_key_of("a").value()));
  EXPECT_FALSE(HashRange::make("0", "281949768489412648962353822266799178365").value().holds(empty));
}

TEST(HashRange, WhatIsNoNumberOf128BitsIsRefused) {
  EXPECT_TRUE(hash_key_from_text("340282366920938463463374607431768211455"));
  EXPECT_FALSE(hash_key_from_text("340282366920938463463374607431768211456"));
  EXPECT_FALSE(hash_key_from_text(""));
  EXPECT_FALSE(hash_key_from_text("-1"));
  EXPECT_FALSE(HashRange::make("0", "x"));
}

}  // namespace
}  // namespace kinesight::stream::multilang
