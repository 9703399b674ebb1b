#include "storage/azure/account.h"

#include <gmock/gmock.h>

#include "base/base64.h"

namespace kinesight::storage::azure {
namespace {

using testing::HasSubstr;
using testing::Not;

const std::string kKey = to_base64("planted-account-key");

Account made(const AccountText& text) {
  const auto account = make_account(text);
  EXPECT_TRUE(account) << account.error().message;
  return account.value_or(Account{});
}

TEST(AzureAccount, IsNamedByItsParts) {
  const auto account = made({.name = "clips", .key = kKey, .connection_string = "", .endpoint = ""});
  EXPECT_EQ(account.name, "clips");
  EXPECT_EQ(account.key.reveal(), "planted-account-key");
  EXPECT_EQ(account.endpoint, "https://clips.blob.core.windows.net");
}

TEST(AzureAccount, IsNamedByAConnectionString) {
  const auto china =
      made({.name = "",
            .key = "",
            .connection_string = "DefaultEndpointsProtocol=https;AccountName=clips;AccountKey=" + kKey +
                                 ";EndpointSuffix=core.chinacloudapi.cn",
            .endpoint = ""});
  EXPECT_EQ(china.endpoint, "https://clips.blob.core.chinacloudapi.cn");
  EXPECT_EQ(china.key.reveal(), "planted-account-key");
  const auto emulator = made({.name = "",
                              .key = "",
                              .connection_string = "accountname=devaccount;ACCOUNTKEY=" + kKey +
                                                   ";BlobEndpoint=http://127.0.0.1:10000/devaccount/;",
                              .endpoint = ""});
  EXPECT_EQ(emulator.endpoint, "http://127.0.0.1:10000/devaccount");
  const auto moved = made({.name = "",
                           .key = "",
                           .connection_string = "AccountName=clips;AccountKey=" + kKey,
                           .endpoint = "http://127.0.0.1:7/clips"});
  EXPECT_EQ(moved.endpoint, "http://127.0.0.1:7/clips");
}

TEST(AzureAccount, WhatIsWrongIsSaidWithoutShowingIt) {
  const std::pair<AccountText, const char*> cases[] = {
      {{.name = "", .key = kKey, .connection_string = "", .endpoint = ""}, "account's name"},
      {{.name = "Clips", .key = kKey, .connection_string = "", .endpoint = ""}, "account's name"},
      {{.name = "clips", .key = "", .connection_string = "", .endpoint = ""}, "account's key in base64"},
      {{.name = "clips", .key = "planted!", .connection_string = "", .endpoint = ""},
       "account's key in base64"},
      {{.name = "clips", .key = kKey, .connection_string = "", .endpoint = "ftp://x"}, "endpoint"},
      {{.name = "", .key = "", .connection_string = "planted", .endpoint = ""}, "connection_string"},
      {{.name = "", .key = "", .connection_string = "AccountName=clips", .endpoint = ""}, "account's key"},
      {{.name = "", .key = "", .connection_string = "UseDevelopmentStorage=true", .endpoint = ""},
       "account's name"},
      {{.name = "",
        .key = "",
        .connection_string = "BlobEndpoint=https://x;SharedAccessSignature=planted",
        .endpoint = ""},
       "SharedAccessSignature"}};
  for (const auto& [text, said] : cases) {
    const auto account = make_account(text);
    ASSERT_FALSE(account) << said;
    EXPECT_EQ(account.error().kind, ErrorKind::invalid);
    EXPECT_THAT(account.error().message, HasSubstr(said));
    EXPECT_THAT(account.error().message, Not(HasSubstr("planted")));
    EXPECT_THAT(account.error().message, Not(HasSubstr(kKey)));
  }
}

TEST(AzureBase64, GoesThereAndBack) {
  for (const std::string& bytes :
       {std::string(), std::string("a"), std::string("ab"), std::string("\0\xff\x80", 3)})
    EXPECT_EQ(from_base64(to_base64(bytes)), bytes);
  for (const char* none : {"a", "ab=c", "====", "YQ", "Y Q=", "YQ==YQ=="})
    EXPECT_FALSE(from_base64(none)) << none;
}

}  // namespace
}  // namespace kinesight::storage::azure
