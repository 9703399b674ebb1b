// What the clip service relies on in an object store, whichever it is.
#include <fstream>
#include <thread>

#include "contract/store_peer.h"

namespace kinesight::contract {
namespace {

using storage::ObjectAttributes;
using storage::Stored;
using testing::HasSubstr;
using testing::Not;

constexpr std::uint64_t kMebibyte = 1024 * 1024;

const ObjectAttributes kVideo{
    .content_type = "video/mp4",
    .metadata = {
        {"sha256", "00ff"}, {"a_b", "1"}, {"ab", "2"}, {"a1", "3"}, {"odd_1", "a b=c;d,e/f:\"g\" <h> +%20"}}};

class ObjectStoreContract : public StoreContract {
 protected:
  Result<Stored> put(const std::string& name, const std::filesystem::path& path,
                     const ObjectAttributes& attributes = kVideo, std::stop_token stop = {}) {
    return store().put_file(name, path, attributes, stop);
  }
  void comes_back(std::uint64_t bytes) {
    const auto path = file(bytes);
    const auto name = key();
    const auto stored = put(name, path);
    ASSERT_TRUE(stored) << stored.error().message;
    EXPECT_EQ(*stored, Stored::now);
    const auto got = get_object(name);
    EXPECT_EQ(got.status, 200);
    EXPECT_EQ(got.bytes, static_cast<std::int64_t>(bytes));
    EXPECT_EQ(got.sha256, sha256_of(path));
    const auto status = store().status(name, {});
    ASSERT_TRUE(status) << status.error().message;
    ASSERT_TRUE(*status);
    EXPECT_EQ((*status)->bytes, static_cast<std::int64_t>(bytes));
    EXPECT_EQ((*status)->content_type, "video/mp4");
    EXPECT_EQ((*status)->metadata, kVideo.metadata);
  }
};

TEST_F(ObjectStoreContract, AnEmptyFileComesBack) { comes_back(0); }
TEST_F(ObjectStoreContract, AByteComesBack) { comes_back(1); }
TEST_F(ObjectStoreContract, AShortClipComesBack) { comes_back(5 * kMebibyte); }
TEST_F(ObjectStoreContract, ALongClipComesBack) { comes_back(70 * kMebibyte); }

TEST_F(ObjectStoreContract, TheFirstOneStays) {
  for (const std::uint64_t bytes : {1000UL, 65 * kMebibyte}) {
    const auto name = key();
    const auto first = file(bytes, 1);
    const auto second = file(bytes, 2);
    EXPECT_EQ(put(name, first).value(), Stored::now);
    const auto again = put(name, second, {.content_type = "text/plain", .metadata = {{"other", "1"}}});
    ASSERT_TRUE(again) << again.error().message;
    EXPECT_EQ(*again, Stored::before);
    EXPECT_EQ(get_object(name).sha256, sha256_of(first));
    EXPECT_EQ(store().status(name, {}).value().value().metadata, kVideo.metadata);
  }
}

TEST_F(ObjectStoreContract, OfTwoAtOnceOneIsStored) {
  for (const std::uint64_t bytes : {100'000UL, 66 * kMebibyte}) {
    const auto name = key();
    const std::vector<std::filesystem::path> files = {file(bytes, 1), file(bytes, 2), file(bytes, 3)};
    std::vector<Result<Stored>> outcomes(files.size(), Stored::before);
    {
      std::vector<std::jthread> threads;
      for (std::size_t i = 0; i < files.size(); ++i)
        threads.emplace_back([&, i] { outcomes[i] = put(name, files[i]); });
    }
    const auto sha256 = get_object(name).sha256;
    int now = 0;
    for (std::size_t i = 0; i < files.size(); ++i) {
      ASSERT_TRUE(outcomes[i]) << outcomes[i].error().message;
      if (*outcomes[i] != Stored::now) continue;
      ++now;
      EXPECT_EQ(sha256, sha256_of(files[i])) << "whoever is told so has stored it";
    }
    EXPECT_EQ(now, 1);
  }
}

TEST_F(ObjectStoreContract, WhatWasCutIsNotThere) {
  const auto path = file(70 * kMebibyte);
  const auto name = key();
  std::stop_source stop;
  stop.request_stop();
  const auto cut = put(name, path, kVideo, stop.get_token());
  ASSERT_FALSE(cut);
  EXPECT_EQ(cut.error().kind, ErrorKind::cancelled);
  EXPECT_EQ(store().status(name, {}).value(), std::nullopt);
  EXPECT_EQ(get_object(name).status, 404);
  EXPECT_EQ(put(name, path).value(), Stored::now) << "what is left of it is in nobody's way";
  EXPECT_EQ(get_object(name).sha256, sha256_of(path));
}

TEST_F(ObjectStoreContract, WhatIsNotThereHasNoStatus) {
  const auto status = store().status(key(), {});
  ASSERT_TRUE(status) << status.error().message;
  EXPECT_FALSE(*status);
  const auto missing = put(key(), folder() / "no such file");
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().kind, ErrorKind::not_found);
}

TEST_F(ObjectStoreContract, OddKeysAreKeptApart) {
  const auto stem = key("odd");
  for (const std::string name :
       {"with space", "with+plus", "with%20percent", "a=b&c?d#e", "café/漢/🎥", "(a)'b'*c!~d",
        "semi;colon:comma,at@dollar$", "quote\"less<more>", ".hidden"}) {
    const auto path = file(name.size() * 7);
    const auto stored = put(stem + "/" + name, path);
    ASSERT_TRUE(stored) << name << ": " << stored.error().message;
    EXPECT_EQ(*stored, Stored::now) << name;
    EXPECT_EQ(get_object(stem + "/" + name).sha256, sha256_of(path)) << name;
  }
}

TEST_F(ObjectStoreContract, KeysThatLeadElsewhereAreRefused) {
  const auto path = file(10);
  const std::vector<std::string> refused = {"",
                                            "/a",
                                            "a/",
                                            "a//b",
                                            "../a",
                                            "a/../../b",
                                            "a/..",
                                            "./a",
                                            "a\\..\\b",
                                            "a\nb",
                                            "a\x7f",
                                            "a./b",
                                            "\xff",
                                            std::string(1025, 'a'),
                                            std::string(201, 'a'),
                                            std::string("a\0b", 3)};
  for (const std::string& name : refused) {
    const auto stored = put(name, path);
    ASSERT_FALSE(stored) << testing::PrintToString(name);
    EXPECT_EQ(stored.error().kind, ErrorKind::invalid);
    EXPECT_FALSE(store().status(name, {}));
    EXPECT_FALSE(store().link(name, 60, {}));
  }
}

TEST_F(ObjectStoreContract, MetadataThatWouldNotComeBackIsRefused) {
  const auto path = file(10);
  const std::map<std::string, std::string> refused[] = {{{"Upper", "a"}},
                                                        {{"with-hyphen", "a"}},
                                                        {{"1digit", "a"}},
                                                        {{"", "a"}},
                                                        {{"name", "é"}},
                                                        {{"name", ""}},
                                                        {{"name", " a"}},
                                                        {{"name", "a\r\nb: c"}},
                                                        {{"name", std::string("a\0b", 3)}},
                                                        {{"name", std::string(3000, 'a')}}};
  for (const auto& metadata : refused) {
    const auto stored = put(key(), path, {.content_type = "video/mp4", .metadata = metadata});
    ASSERT_FALSE(stored) << testing::PrintToString(metadata);
    EXPECT_EQ(stored.error().kind, ErrorKind::invalid);
  }
  EXPECT_FALSE(put(key(), path, {.content_type = "video/mp4\r\nX: y", .metadata = {}}));
}

TEST_F(ObjectStoreContract, ALinkIsReadUntilItExpires) {
  const auto path = file(1000);
  const auto name = key("live/it's + odd %");
  ASSERT_EQ(put(name, path).value(), Stored::now);
  const double begin = Clock::system().wall_seconds();
  const auto link = store().link(name, 3, {}).value();
  EXPECT_NEAR(static_cast<double>(link.expires_seconds), begin + 3, 1.5);
  EXPECT_EQ(get(link.url).sha256, sha256_of(path));
  if (type() == "directory") GTEST_SKIP() << "a file:// link does not end";
  EXPECT_EQ(get(link.url).type, "video/mp4");
  const auto deadline = Clock::system().steady() + std::chrono::seconds(30);
  while (get(link.url).status != 403) {
    ASSERT_LT(Clock::system().steady(), deadline) << "it is still good after 30 s";
    Clock::system().wait_for(std::chrono::milliseconds(100), {});
  }
  EXPECT_GE(Clock::system().wall_seconds(), static_cast<double>(link.expires_seconds) - 1)
      << "not before its time";
}

TEST_F(ObjectStoreContract, ALinkIsGoodForNothingElse) {
  if (type() == "directory") GTEST_SKIP() << "a file:// link carries no right";
  const auto mine = key("mine");
  const auto other = key("othr");
  ASSERT_EQ(put(mine, file(10)).value(), Stored::now);
  ASSERT_EQ(put(other, file(20)).value(), Stored::now);
  auto url = store().link(mine, 60, {}).value().url;
  ASSERT_EQ(get(url).status, 200);
  net::Request remove;
  remove.method = "DELETE";
  remove.url = url;
  const auto refused = transport().send(remove, {});
  ASSERT_TRUE(refused);
  EXPECT_EQ(refused->status, 403);
  url.replace(url.find(mine), mine.size(), other);
  EXPECT_EQ(get(url).status, 403);
}

TEST_F(ObjectStoreContract, ACheckSaysThatAllIsWell) {
  const auto checked = store().check({});
  EXPECT_TRUE(checked) << checked.error().message;
  EXPECT_EQ(store().status(".kinesight-check", {}).value(), std::nullopt) << "and leaves nothing";
}

TEST_F(ObjectStoreContract, AContainerThatIsNotThereIsNotFound) {
  if (type() == "directory") GTEST_SKIP() << "a folder is made when it is not there";
  const auto absent = open({absent_container(), access().access_key, access().secret_key}).value();
  const auto path = file(10);
  const auto stored = absent->put_file(key(), path, kVideo, {});
  ASSERT_FALSE(stored);
  EXPECT_EQ(stored.error().kind, ErrorKind::not_found) << stored.error().message;
  const auto checked = absent->check({});
  ASSERT_FALSE(checked);
  EXPECT_EQ(checked.error().kind, ErrorKind::not_found) << checked.error().message;
}

TEST_F(ObjectStoreContract, AWrongKeyIsDeniedAndNotShown) {
  if (type() == "directory") GTEST_SKIP() << "a folder has no keys";
  const std::string wrong = "cGxhbnRlZHNlY3JldHBsYW50ZWRzZWNyZXQ=";
  const auto refused = open({access().container, access().access_key, wrong}).value();
  const auto path = file(70 * kMebibyte);
  for (const auto& result :
       {refused->put_file(key(), file(10), kVideo, {}), refused->put_file(key(), path, kVideo, {})}) {
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().kind, ErrorKind::denied) << result.error().message;
    EXPECT_THAT(result.error().message, Not(HasSubstr(wrong)));
  }
  EXPECT_EQ(refused->check({}).error().kind, ErrorKind::denied);
  EXPECT_EQ(refused->status(key(), {}).error().kind, ErrorKind::denied);
}

TEST_F(ObjectStoreContract, AnotherAccountIsRefused) {
  if (type() == "directory") GTEST_SKIP() << "a folder has no accounts";
  const auto other = open({access().container, "someoneelse", access().secret_key}).value();
  const auto stored = other->put_file(key(), file(10), kVideo, {});
  ASSERT_FALSE(stored);
  EXPECT_EQ(stored.error().kind, ErrorKind::denied) << stored.error().message;
}

TEST_F(ObjectStoreContract, TheAddressNamesContainerAndKey) {
  const auto address = store().address("live/front/a b.mp4");
  EXPECT_THAT(address, HasSubstr("/" + access().container + "/live/front/a"));
  const std::string scheme = type() == "s3" ? "s3://" : type() == "directory" ? "file:///" : "http";
  EXPECT_THAT(address, testing::StartsWith(scheme));
}

/// The most memory that this process has had in RAM, in MiB.
double resident_peak() {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);)
    if (line.starts_with("VmHWM:")) return std::stod(line.substr(6)) / 1024;
  return 0;
}

TEST_F(ObjectStoreContract, MemoryIsBoundedHoweverLongTheClip) {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  GTEST_SKIP() << "sanitizers keep what was freed";
#endif
  const auto path = folder() / "long";
  std::ofstream(path).close();
  std::filesystem::resize_file(path, 1024 * kMebibyte);  // Zeros that take no disk here.
  std::ofstream("/proc/self/clear_refs") << "5";         // The peak begins anew.
  const double before = resident_peak();
  const auto name = key();
  ASSERT_EQ(put(name, path).value(), Stored::now);
  EXPECT_EQ(get_object(name).bytes, static_cast<std::int64_t>(1024 * kMebibyte));
  EXPECT_LT(resident_peak() - before, 48);
}

}  // namespace
}  // namespace kinesight::contract
