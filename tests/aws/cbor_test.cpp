// CBOR written as others read it, and read as others write it; and whatever else may come instead.
#include "aws/cbor.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <random>
#include <string>
#include <vector>

namespace kinesight::aws {
namespace {

using nlohmann::json;

std::string cbor_of(const json& value) {
  std::string bytes;
  json::to_cbor(value, bytes);
  return bytes;
}

TEST(Cbor, AnotherReaderReadsTextsAndBytesOfEveryLength) {
  for (const std::size_t size : {0, 1, 23, 24, 255, 256, 65'535, 65'536}) {
    const std::string data(size, 'x');
    std::string text, bytes;
    cbor::append_text(text, data);
    cbor::append_bytes(bytes, data);
    EXPECT_EQ(json::from_cbor(text), data);
    EXPECT_EQ(json::from_cbor(bytes), json::binary({data.begin(), data.end()}));
    EXPECT_EQ(text, cbor_of(data)) << "the shortest form";
  }
}

/// The texts of an array that stands in a map under "wanted"; nothing where it cannot be read.
std::optional<std::vector<std::string>> wanted(std::string_view document) {
  cbor::Reader reader(document);
  std::vector<std::string> found;
  auto map = reader.enter_map();
  while (map && reader.next_in(*map)) {
    if (reader.text() != "wanted") {
      reader.skip();
      continue;
    }
    auto array = reader.enter_array();
    while (array && reader.next_in(*array)) found.emplace_back(reader.text_or_null().value_or("?"));
  }
  return reader.ended() ? std::optional(found) : std::nullopt;
}

TEST(CborReader, FindsWhatIsWantedAmongEverythingElse) {
  const json document = {{"a", {1, -1, 70'000, 1.5, true, nullptr, "text", json::binary({1, 2, 3})}},
                         {"map", {{"deep", {{"deeper", json::array()}}}}},
                         {"wanted", {"one", nullptr, "zwölf"}},
                         {"z", std::uint64_t{1} << 60}};
  EXPECT_EQ(wanted(cbor_of(document)), (std::vector<std::string>{"one", "", "zwölf"}));
}

TEST(CborReader, ReadsWhatSaysNoLength) {
  using namespace std::string_literals;
  // {_ "x": [_ 1, (_ h'01', h''), {_ }], "wanted": [_ "a", (_ "b", "c")]}, with a tag before "x"'s value.
  EXPECT_EQ(
      wanted(
          "\xbf\x61x\xc1\x9f\x01\x5f\x41\x01\x40\xff\xbf\xff\xff\x66wanted\x9f\x61\x61\x7f\x61\x62\x61\x63\xff\xff\xff"s),
      (std::vector<std::string>{"a", "bc"}));
}

TEST(CborReader, WhatIsCutOffOrGoesOnIsNotRead) {
  const std::string whole = cbor_of({{"a", {1, 2.5, "text"}}, {"wanted", {"one", "two"}}});
  ASSERT_TRUE(wanted(whole));
  for (std::size_t size = 0; size < whole.size(); ++size) EXPECT_FALSE(wanted(whole.substr(0, size))) << size;
  EXPECT_FALSE(wanted(whole + '\x01'));
}

TEST(CborReader, RefusesWhatIsNoCborOrDoesHarm) {
  using namespace std::string_literals;
  const std::vector<std::string> refused = {
      "{\"wanted\":[]}",
      "\xa1\x66wanted\x61x",                            // A text and no array.
      "\xa1\x66wanted\x81\x61\xff",                     // No UTF-8.
      "\xa1\x61x\xff",                                  // An end where there is nothing to end.
      "\xa1\x61x\x1c",                                  // A reserved length.
      "\xa1\x61x\xdf",                                  // A tag of no said number.
      "\xa1\x61x\x5f\x61y\xff",                         // Text among bytes.
      "\xa1\x61x\x5b\xff\xff\xff\xff\xff\xff\xff\xff",  // More bytes than there are,
      "\xa1\x61x\x9b\xff\xff\xff\xff\xff\xff\xff\xff",  // and items.
      "\xa1\x61x" + std::string(1'000'000, '\x81') + "\x01",
      "\xa1\x61x" + std::string(1'000'000, '\xc1') + "\x01",
  };
  for (const std::string& document : refused) EXPECT_FALSE(wanted(document)) << document.substr(0, 20);
}

TEST(CborReader, EndsOnWhateverComes) {
  std::mt19937 random(7);
  for (int round = 0; round < 20'000; ++round) {
    std::string document = cbor_of({{"a", {1, "text"}}, {"wanted", {"one", "two"}}});
    for (int i = 0; i < 3; ++i) document[random() % document.size()] = static_cast<char>(random());
    wanted(document);
  }
}

}  // namespace
}  // namespace kinesight::aws
