// Any bytes as the message of a KPL aggregated record, and as a Kinesis record: what comes out can be read,
// and is the record itself when it is no aggregated one.
#include <openssl/evp.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "publish/kds/aggregation.h"

namespace {

/// With the magic number and the digest that no fuzzer would guess.
std::string sealed(std::string_view message) {
  std::string record = "\xF3\x89\x9A\xC2";
  record += message;
  unsigned char digest[16];
  std::size_t size = sizeof digest;
  if (EVP_Q_digest(nullptr, "MD5", nullptr, message.data(), message.size(), digest, &size) != 1) std::abort();
  return record.append(reinterpret_cast<const char*>(digest), size);
}

void check(std::string_view record) {
  const auto found = kinesight::publish::deaggregate("key", record);
  std::size_t sum = 0;
  for (const auto& user : found.records) {
    for (const unsigned char byte : user.data) sum += byte;
    for (const unsigned char byte : user.partition_key) sum += byte;
    for (const unsigned char byte : user.explicit_hash_key.value_or("")) sum += byte;
  }
  volatile std::size_t read = sum;  // Or the loops are optimised away, and a dangling view is not noticed.
  (void)read;
  if (found.aggregated) return;
  if (found.records.size() != 1 || found.records[0].data != record) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  check(bytes);
  check(sealed(bytes));
  return 0;
}
