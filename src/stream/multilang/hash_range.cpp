#include "stream/multilang/hash_range.h"

#include <openssl/evp.h>

namespace kinesight::stream::multilang {

std::optional<HashKey> hash_key_from_text(std::string_view digits) {
  HashKey key{};
  if (digits.empty()) return std::nullopt;
  for (const char digit : digits) {
    if (digit < '0' || digit > '9') return std::nullopt;
    unsigned carry = static_cast<unsigned>(digit - '0');
    for (auto byte = key.rbegin(); byte != key.rend(); ++byte) {
      carry += 10U * *byte;
      *byte = static_cast<unsigned char>(carry & 0xFF);
      carry >>= 8;
    }
    if (carry != 0) return std::nullopt;
  }
  return key;
}

/// No secret: "-fips" asks for MD5 also where FIPS mode hides it.
Result<HashKey> hash_key_of(std::string_view partition_key) {
  HashKey key{};
  std::size_t size = key.size();
  if (EVP_Q_digest(nullptr, "MD5", "-fips", partition_key.data(), partition_key.size(), key.data(), &size) ==
      1)
    return key;
  return fail(ErrorKind::unavailable,
              "expected OpenSSL to compute MD5 digests, by which Kinesis gives keys to shards, found that it "
              "does not (FIPS mode without them?)");
}

Result<HashRange> HashRange::make(const std::string& from, const std::string& to) {
  const auto first = hash_key_from_text(from), last = hash_key_from_text(to);
  if (first && last) return HashRange{from, to, *first, *last};
  return fail(ErrorKind::corrupt, "expected a range of hash keys below 2^128, found '{}' to '{}'",
              from.substr(0, 100), to.substr(0, 100));
}

}  // namespace kinesight::stream::multilang
