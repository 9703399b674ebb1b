// Where a partition key lies: Kinesis gives a record to the shard whose range holds the MD5 of its key, taken
// as a number of 128 bits (docs.aws.amazon.com/streams/latest/dev/key-concepts.html#partition-key). Pure.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace kinesight::stream::multilang {

/// A number of 128 bits, the greatest byte first, so that they compare as what they are.
using HashKey = std::array<unsigned char, 16>;

/// The number that decimal digits are; nothing when they are none, or too great.
std::optional<HashKey> hash_key_from_text(std::string_view digits);
/// Of a partition key. Error: unavailable (OpenSSL has no MD5).
Result<HashKey> hash_key_of(std::string_view partition_key);

/// A shard's, both ends included.
struct HashRange {
  std::string from, to;  ///< Decimal, as Kinesis writes them.
  HashKey first{}, last{};

  /// Error: corrupt (they are no numbers of 128 bits).
  static Result<HashRange> make(const std::string& from, const std::string& to);
  bool holds(const HashKey& key) const { return first <= key && key <= last; }
};

}  // namespace kinesight::stream::multilang
