#include "publish/webhook/signature.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/base64.h"

namespace kinesight::publish {
namespace {

/// The example that the libraries of Standard Webhooks are tested with.
TEST(WebhookSignature, IsThatOfTheStandardsExample) {
  const auto key = webhook_key("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
  ASSERT_TRUE(key);
  EXPECT_EQ(webhook_signature(*key, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, R"({"test": 2432232314})"),
            "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
}

TEST(WebhookSignature, ASecretHasItsPrefixAndAKeyOf24To64Bytes) {
  const auto secret = [](std::size_t bytes) { return "whsec_" + to_base64(std::string(bytes, 'k')); };
  EXPECT_EQ(webhook_key(secret(24)), std::string(24, 'k'));
  EXPECT_EQ(webhook_key(secret(64)), std::string(64, 'k'));
  for (const auto& bad : {secret(23), secret(65), to_base64(std::string(32, 'k')), std::string("whsec_%%%"),
                          std::string("whsec_"), std::string()}) {
    EXPECT_FALSE(webhook_key(bad)) << bad;
  }
}

}  // namespace
}  // namespace kinesight::publish
