// Aggregated records made to exhaust whoever unpacks them: a consumer reads what others write.
#include <gtest/gtest.h>
#include <openssl/evp.h>

#include <atomic>
#include <cstdlib>
#include <new>

#include "publish/kds/aggregation.h"

namespace {

std::atomic<std::size_t> allocated{0};

}  // namespace

// Counts what this program asks for; nothing given back is deducted, so the peak is less. Not inlined,
// because GCC then takes std::free() for the wrong partner of operator new.
[[gnu::noinline]] void* operator new(std::size_t size) {
  allocated += size;
  if (void* memory = std::malloc(size)) return memory;
  throw std::bad_alloc();
}
[[gnu::noinline]] void* operator new(std::size_t size, const std::nothrow_t&) noexcept {
  allocated += size;
  return std::malloc(size);
}
[[gnu::noinline]] void operator delete(void* memory) noexcept { std::free(memory); }
[[gnu::noinline]] void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }

namespace kinesight::publish {
namespace {

constexpr std::size_t kRoom = 1024 * 1024 - 64;  // Of a record, for the message.

std::string sealed(const std::string& message) {
  unsigned char digest[16];
  std::size_t size = sizeof digest;
  EVP_Q_digest(nullptr, "MD5", nullptr, message.data(), message.size(), digest, &size);
  return "\xF3\x89\x9A\xC2" + message + std::string(reinterpret_cast<const char*>(digest), size);
}

std::string repeated(std::string_view part, std::size_t room) {
  std::string text;
  while (text.size() + part.size() <= room) text += part;
  return text;
}

/// A field of the message, whose length takes three bytes.
std::string long_field(char tag, const std::string& content) {
  const auto size = content.size();
  return std::string{tag, static_cast<char>(size | 0x80), static_cast<char>(size >> 7 | 0x80),
                     static_cast<char>(size >> 14)} +
         content;
}

struct Hostile {
  std::string name;
  std::string message;
};

class HostileRecord : public testing::TestWithParam<Hostile> {};

TEST_P(HostileRecord, TakesNoMoreMemoryThanDeclared) {
  const auto record = sealed(GetParam().message);
  const std::size_t before = allocated;
  const auto unpacked = deaggregate("front", record);
  EXPECT_LE(allocated - before, kDeaggregateMemory);
  EXPECT_TRUE(unpacked.aggregated) << "or the case is not as hostile as it is meant";
}

const std::string kKey("\x0a\x00", 2);                     // partition_key_table: ""
const std::string kRecord("\x1a\x04\x08\x00\x1a\x00", 6);  // records: key 0, ""
const std::string kRecordHead("\x08\x00\x1a\x00", 4);      // The inside of it.
const std::string kTag("\x22\x02\x0a\x00", 4);             // tags: ""

INSTANTIATE_TEST_SUITE_P(
    Aggregation, HostileRecord,
    testing::Values(Hostile{"EmptyKeys", repeated(kKey, kRoom)},
                    Hostile{"EmptyRecords", kKey + repeated(kRecord, kRoom)},
                    Hostile{"EmptyTags", kKey + long_field('\x1a', kRecordHead + repeated(kTag, kRoom))},
                    Hostile{"UnknownFields", kKey + repeated("\x20\x01", kRoom)},
                    Hostile{"ManyRecordsOfALongKey",
                            long_field('\x0a', std::string(kRoom / 2, 'k')) + repeated(kRecord, kRoom / 2)}),
    [](const auto& test) { return test.param.name; });

}  // namespace
}  // namespace kinesight::publish
