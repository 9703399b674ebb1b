#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "publish/table_check.h"
#include "publish/webhook/options.h"

namespace kinesight::publish {
namespace {

using support::broken_rule;
using support::warning;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

WebhookOptions options(const std::string& url) {
  WebhookOptions options;
  options.url = url;
  options.secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
  return options;
}

TEST(WebhookOptions, TheUrlIsThatOfAReceiver) {
  for (const char* url : {"https://example.com/hook?site=7", "http://10.0.0.7:8085/", "http://[::1]:80/"})
    EXPECT_EQ(broken_rule(options(url)), "") << url;
  for (const char* url : {"example.com", "ftp://example.com/", "https://me:planted@example.com/"})
    EXPECT_THAT(broken_rule(options(url)), StartsWith("url: an http:// or https:// URL")) << url;
  for (const char* url :
       {"http://169.254.169.254/latest/meta-data", "http://[fe80::1]/", "http://[fd00:ec2::254]/"})
    EXPECT_THAT(broken_rule(options(url)), StartsWith("url: a URL of a receiver")) << url;
}

TEST(WebhookOptions, WhatOthersCouldReadIsAWarning) {
  EXPECT_EQ(warning(options("https://example.com/")), "");
  EXPECT_EQ(warning(options("http://127.0.0.1:8085/")), "");
  const auto said = warning(options("http://example.com/planted-path"));
  EXPECT_THAT(said, StartsWith("url: events go over the network"));
  EXPECT_THAT(said, Not(HasSubstr("planted")));
}

TEST(WebhookOptions, RequestsWithoutASignatureAreAWarning) {
  auto open = options("https://example.com/");
  open.secret = "";
  EXPECT_EQ(broken_rule(open), "");
  EXPECT_THAT(warning(open), StartsWith("secret: requests are not signed"));
  open.secret = "planted-password";
  EXPECT_THAT(broken_rule(open), StartsWith("secret: whsec_ and the base64"));
}

TEST(WebhookOptions, HeadersAreNamedAndNotOurs) {
  const auto fault = [](const std::string& line) {
    return support::fault<WebhookOptions>("headers", config::Value::list(std::vector{line}));
  };
  EXPECT_EQ(fault("X-Site: 7"), "");
  for (const char* bad : {"X-Site", ": 7", "X Site: 7", "X-Site: 7\r\nX-More: 8"})
    EXPECT_THAT(fault(bad), HasSubstr("'X-Site: 7'")) << bad;
  for (const char* ours : {"webhook-id: 7", "Content-Type: text/plain", "HOST: example.com"})
    EXPECT_THAT(fault(ours), HasSubstr("not set by the publisher itself")) << ours;
}

}  // namespace
}  // namespace kinesight::publish
