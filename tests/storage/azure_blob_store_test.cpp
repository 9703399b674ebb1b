#include "storage/azure_blob_store.h"

#include "storage/scripted_store.h"
#include "storage/store_kind.h"

namespace kinesight::storage {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

constexpr std::string_view kKey = "planted-account-key";

net::Headers code(std::string name) { return {{"x-ms-error-code", std::move(name)}}; }

class AzureBlobStoreTest : public StoreTest {
 protected:
  Result<Stored> put(std::uint64_t bytes) {
    return store_->put_file("live/a b.mp4", file(bytes),
                            {.content_type = "video/mp4", .metadata = {{"n", "v"}}}, {});
  }
  const aws::Sent& sent(std::size_t i) const { return transport_->sent.at(i); }

  std::unique_ptr<ObjectStore> store_ = make_azure_blob_store(
      azure::BlobClient(session_, {"clips", Secret(kKey), "https://clips.blob.core.windows.net"}), "live");
};

TEST_F(AzureBlobStoreTest, AShortFileGoesInOneRequest) {
  answer(201);
  EXPECT_EQ(put(10).value(), Stored::now);
  EXPECT_EQ(only_request().method, "PUT");
  EXPECT_EQ(only_request().url, "https://clips.blob.core.windows.net/live/live/a%20b.mp4");
  EXPECT_EQ(only_request().header("x-ms-version"), "2021-12-02");
  EXPECT_EQ(only_request().header("x-ms-blob-type"), "BlockBlob");
  EXPECT_EQ(only_request().header("If-None-Match"), "*");
  EXPECT_EQ(only_request().header("Content-MD5"), "pjyQzDaErYsKIXamqP6QBQ==") << "of ten zero bytes";
  EXPECT_EQ(only_request().header("x-ms-meta-n"), "v");
  EXPECT_THAT(only_request().header("Authorization"), StartsWith("SharedKey clips:"));
}

TEST_F(AzureBlobStoreTest, ALongFileGoesInBlocksOfItsOwn) {
  std::vector<std::string> lists;
  for (int upload = 0; upload < 2; ++upload) {
    transport_->sent.clear();
    answer(404, "", code("BlobNotFound"));
    for (int i = 0; i < 5; ++i) answer(201);
    answer(201);
    EXPECT_EQ(put(kLong).value(), Stored::now);
    ASSERT_EQ(transport_->sent.size(), 7u);
    EXPECT_THAT(sent(1).url, HasSubstr("?comp=block&blockid="));
    EXPECT_EQ(sent(5).body.size(), 6U << 20);
    EXPECT_THAT(sent(6).url, testing::EndsWith("?comp=blocklist"));
    EXPECT_EQ(sent(6).header("If-None-Match"), "*");
    EXPECT_EQ(sent(6).header("x-ms-blob-content-type"), "video/mp4");
    EXPECT_EQ(sent(6).header("x-ms-meta-n"), "v");
    EXPECT_THAT(sent(6).body, AllOf(HasSubstr("<BlockList><Latest>"), HasSubstr("</Latest></BlockList>")));
    lists.push_back(sent(6).body);
  }
  EXPECT_NE(lists[0], lists[1]) << "blocks that another upload left must not be taken for ours";
}

TEST_F(AzureBlobStoreTest, TheFirstOneStays) {
  answer(409, "", code("BlobAlreadyExists"));
  EXPECT_EQ(put(10).value(), Stored::before);
  answer(412, "", code("ConditionNotMet"));
  EXPECT_EQ(put(10).value(), Stored::before);
  answer(200, "", {{"Content-Length", "1"}});
  EXPECT_EQ(put(kLong).value(), Stored::before);
}

TEST_F(AzureBlobStoreTest, BlocksThatAnotherUploadThrewAwayMeanThatItIsDone) {
  answer(404, "", code("BlobNotFound"));
  for (int i = 0; i < 5; ++i) answer(201);
  answer(400, "", code("InvalidBlockList"));
  answer(200, "", {{"Content-Length", "1"}});
  EXPECT_EQ(put(kLong).value(), Stored::before);
}

TEST_F(AzureBlobStoreTest, PassingTroubleIsTriedAgain) {
  answer(503, "", code("ServerBusy"));
  transport_->fail(ErrorKind::unavailable, true);
  answer(201);
  EXPECT_EQ(put(10).value(), Stored::now);
  EXPECT_EQ(transport_->sent.size(), 3u);
  EXPECT_NE(sent(0).header("x-ms-date"), "(no such header)");
}

TEST_F(AzureBlobStoreTest, RefusalsHaveTheirKinds) {
  const std::tuple<int, const char*, ErrorKind> cases[] = {
      {403, "AuthenticationFailed", ErrorKind::denied},
      {400, "InvalidAuthenticationInfo", ErrorKind::denied},
      {403, "AuthorizationFailure", ErrorKind::denied},
      {404, "ContainerNotFound", ErrorKind::not_found},
      {400, "Md5Mismatch", ErrorKind::corrupt},
      {400, "InvalidHeaderValue", ErrorKind::invalid},
      {413, "RequestBodyTooLarge", ErrorKind::invalid},
      {409, "BlobImmutableDueToPolicy", ErrorKind::invalid}};
  for (const auto& [status, name, kind] : cases) {
    transport_->sent.clear();
    answer(
        status,
        fmt::format("<Error><Code>{}</Code><Message>No.\nRequestId: 1\nServer used planted</Message></Error>",
                    name),
        code(name));
    const auto stored = put(10);
    ASSERT_FALSE(stored) << name;
    EXPECT_EQ(stored.error().kind, kind) << name;
    EXPECT_THAT(stored.error().message, AllOf(HasSubstr(name), Not(HasSubstr("planted"))));
    EXPECT_EQ(transport_->sent.size(), 1u) << name << " was tried again";
  }
  for (int i = 0; i < 3; ++i) answer(503, "", code("ServerBusy"));
  EXPECT_EQ(put(10).error().kind, ErrorKind::throttled);
}

TEST_F(AzureBlobStoreTest, TheBodysCodeCountsWhereNoHeaderSaysIt) {
  answer(409, "<?xml version=\"1.0\"?><Error><Code>BlobAlreadyExists</Code></Error>");
  EXPECT_EQ(put(10).value(), Stored::before);
}

TEST_F(AzureBlobStoreTest, WhatABlobIsComesFromItsHeaders) {
  answer(200, "", {{"Content-Length", "7"}, {"Content-Type", "video/mp4"}, {"x-ms-meta-SHA256", "00ff"}});
  const auto status = store_->status("a.mp4", {}).value().value();
  EXPECT_EQ(status.bytes, 7);
  EXPECT_EQ(status.content_type, "video/mp4");
  EXPECT_EQ(status.metadata, (std::map<std::string, std::string>{{"sha256", "00ff"}}));
  answer(404, "", code("BlobNotFound"));
  EXPECT_EQ(store_->status("a.mp4", {}).value(), std::nullopt);
  answer(404, "", code("ContainerNotFound"));
  EXPECT_EQ(store_->status("a.mp4", {}).error().kind, ErrorKind::not_found);
  answer(200, "<html>");
  EXPECT_EQ(store_->status("a.mp4", {}).error().kind, ErrorKind::corrupt);
}

TEST_F(AzureBlobStoreTest, ALinkHoldsTheSixteenFieldsSigned) {
  const auto link = store_->link("a b.mp4", 3600, {}).value();
  EXPECT_THAT(link.url,
              StartsWith("https://clips.blob.core.windows.net/live/a%20b.mp4?sv=2021-12-02&sr=b&sp=r&se="));
  EXPECT_THAT(link.url, AllOf(HasSubstr("&spr=https&sig="), Not(HasSubstr("planted"))));
  EXPECT_EQ(link.expires_seconds, static_cast<std::int64_t>(clock_.wall_seconds()) + 3600);
  EXPECT_FALSE(store_->link("a.mp4", 0, {}));
}

TEST_F(AzureBlobStoreTest, ACheckAsksForWhatCannotBe) {
  answer(412, "", code("ConditionNotMet"));
  EXPECT_TRUE(store_->check({}));
  EXPECT_EQ(only_request().header("If-Match"), "\"0x0\"");
  answer(403, "", code("AuthorizationPermissionMismatch"));
  EXPECT_EQ(store_->check({}).error().kind, ErrorKind::denied);
}

TEST_F(AzureBlobStoreTest, ItsOptionsNeedOneWayToTheAccount) {
  AzureBlobStoreOptions options;
  const auto broken = [&] {
    for (const auto& rule : AzureBlobStoreOptions::table().rules())
      if (rule.broken(&options)) return true;
    return false;
  };
  EXPECT_TRUE(broken());
  options.account_name = "clips";
  EXPECT_FALSE(broken());
  options.connection_string = "AccountName=clips";
  EXPECT_TRUE(broken()) << "which of the two?";
  options.account_name.clear();
  EXPECT_FALSE(broken());
  for (const char* container : {"ab", "Clips", "a--b", "-ab", "a_b"}) {
    options.container = container;
    EXPECT_TRUE(broken()) << container;
  }
  for (const char* key : {"account_key", "connection_string"})
    EXPECT_TRUE(AzureBlobStoreOptions::table().find(key)->secret) << key;
}

}  // namespace
}  // namespace kinesight::storage
