#include "net/url.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "net/http_date.h"

namespace kinesight::net {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(Url, IsTakenApart) {
  const auto url = parse_url("HTTPS://Example.COM:8443/a%20b/c?x=1&y=a/b?c#top");
  ASSERT_TRUE(url);
  EXPECT_EQ(url->scheme, "https");
  EXPECT_EQ(url->host, "example.com");
  EXPECT_EQ(url->port, 8443);
  EXPECT_EQ(url->path, "/a%20b/c");
  EXPECT_EQ(url->query, "x=1&y=a/b?c");
  EXPECT_EQ(url->authority(), "example.com:8443");
  EXPECT_EQ(url->origin(), "https://example.com:8443");
}

TEST(Url, WhatIsMissingHasADefault) {
  EXPECT_EQ(parse_url("http://example.com").value().port, 80);
  EXPECT_EQ(parse_url("https://example.com").value().port, 443);
  EXPECT_EQ(parse_url("https://example.com").value().path, "/");
  const auto url = parse_url("https://example.com?x=1");
  EXPECT_EQ(url.value().path, "/");
  EXPECT_EQ(url.value().query, "x=1");
}

TEST(Url, TheSchemesOwnPortIsLeftOut) {
  EXPECT_EQ(parse_url("https://example.com:443/").value().authority(), "example.com");
  EXPECT_EQ(parse_url("http://example.com:443/").value().authority(), "example.com:443");
}

// The normal examples of RFC 3986, 5.4.1, and a few of 5.4.2.
TEST(Url, ARelativeOneIsResolvedAgainstItsDocument) {
  const auto base = parse_url("http://a/b/c/d;p?q").value();
  const auto resolved = [&](std::string_view reference) { return resolve_url(base, reference).value(); };
  EXPECT_EQ(resolved("http://g/h"), "http://g/h");
  EXPECT_EQ(resolved("g"), "http://a/b/c/g");
  EXPECT_EQ(resolved("./g"), "http://a/b/c/g");
  EXPECT_EQ(resolved("g/"), "http://a/b/c/g/");
  EXPECT_EQ(resolved("/g"), "http://a/g");
  EXPECT_EQ(resolved("//g/x"), "http://g/x");
  EXPECT_EQ(resolved("?y"), "http://a/b/c/d;p?y");
  EXPECT_EQ(resolved("g?y"), "http://a/b/c/g?y");
  EXPECT_EQ(resolved("g?y#s"), "http://a/b/c/g?y");
  EXPECT_EQ(resolved("."), "http://a/b/c/");
  EXPECT_EQ(resolved(".."), "http://a/b/");
  EXPECT_EQ(resolved("../g"), "http://a/b/g");
  EXPECT_EQ(resolved("../../../g"), "http://a/g");
  EXPECT_EQ(resolved("g?y/../x:z"), "http://a/b/c/g?y/../x:z");
  EXPECT_FALSE(resolve_url(base, ""));
  EXPECT_FALSE(resolve_url(base, "file:///etc/passwd"));
  EXPECT_FALSE(resolve_url(base, "a b"));
}

TEST(Url, AnAddressMayBeTheHost) {
  EXPECT_EQ(parse_url("http://169.254.170.2/").value().host, "169.254.170.2");
  EXPECT_EQ(parse_url("http://[fd00:ec2::23]/v1").value().host, "[fd00:ec2::23]");
  EXPECT_EQ(parse_url("http://[::1]:4567").value().authority(), "[::1]:4567");
}

TEST(Url, WhatIsNoneIsAnErrorThatDoesNotShowIt) {
  for (const char* text :
       {"", "secret", "//secret/", "ftp://secret/", "http://", "http:///secret", "http://user:secret@host/",
        "http://host:0/secret", "http://host:65536/secret", "http://host:/secret", "http://host:8x/secret",
        "http://[::1/secret", "http://[zz]/secret", "http://ho st/secret", "http://host/secret\r\nX: y",
        "http://host/a secret", "http://\xc3\xa4.example/secret", "https:secret"}) {
    const auto url = parse_url(text);
    ASSERT_FALSE(url) << text;
    EXPECT_EQ(url.error().kind, ErrorKind::invalid);
    EXPECT_THAT(url.error().message, Not(HasSubstr("secret")));
  }
}

TEST(Percent, EncodesAllButTheUnreserved) {
  EXPECT_EQ(percent_encode("AZaz09-._~"), "AZaz09-._~");
  EXPECT_EQ(percent_encode("a b/c%+\xff"), "a%20b%2Fc%25%2B%FF");
  EXPECT_EQ(percent_encode("a b/c", "/"), "a%20b/c");
}

TEST(Percent, DecodesWhatItEncoded) {
  std::string all;
  for (int byte = 0; byte < 256; ++byte) all += static_cast<char>(byte);
  EXPECT_EQ(percent_decode(percent_encode(all)).value(), all);
  EXPECT_EQ(percent_decode("%e1%88%B4").value(), "\xe1\x88\xb4");
  for (const char* text : {"%", "a%4", "%zz", "%4z"}) EXPECT_FALSE(percent_decode(text)) << text;
}

TEST(HttpDate, IsRead) {
  EXPECT_EQ(parse_http_date("Sun, 06 Nov 1994 08:49:37 GMT"), 784111777);
  EXPECT_EQ(parse_http_date("Thu, 29 Feb 2024 00:00:00 GMT"), 1709164800);
  for (const char* text : {"", "yesterday", "Sun, 06 Nov 1994 08:49:37 UTC", "Thu, 30 Feb 2024 00:00:00 GMT",
                           "Thu, 29 Feb 2024 24:00:00 GMT", "Thu, 29 feb 2024 00:00:00 GMT",
                           "Sunday, 06-Nov-94 08:49:37 GMT", "Thu, -9 Feb 2024 00:00:00 GMT"})
    EXPECT_FALSE(parse_http_date(text)) << text;
}

}  // namespace
}  // namespace kinesight::net
