#include "http/access.h"

#include <gtest/gtest.h>

namespace kinesight::http {
namespace {

TEST(Access, KnowsTheNamesOfThisMachine) {
  for (const char* host :
       {"", "localhost", "localhost:8080", "127.0.0.1", "127.0.0.1:1", "127.1.2.3:80", "[::1]", "[::1]:80"}) {
    EXPECT_TRUE(names_loopback(host)) << host;
  }
  for (const char* host : {"example.com", "localhost.example.com", "127.0.0.1.example.com", "10.0.0.1:80",
                           "[::2]:80", "128.0.0.1", "127.0.0.1@evil", "[::1"}) {
    EXPECT_FALSE(names_loopback(host)) << host;
  }
}

TEST(Access, FindsItsCookieAmongOthers) {
  const Access access(true, "secret");
  const std::string cookie = access.cookie();
  const std::string pair = cookie.substr(0, cookie.find(';'));
  EXPECT_TRUE(access.allows({.cookies = pair}));
  EXPECT_TRUE(access.allows({.cookies = "a=1; " + pair + "; b=2"}));
  EXPECT_FALSE(access.allows({.cookies = "x" + pair}));
  EXPECT_FALSE(access.allows({.cookies = pair + "0"}));
  EXPECT_FALSE(access.allows({.cookies = "kinesight_session"}));
  EXPECT_FALSE(access.allows({.cookies = "kinesight_session="}));
}

TEST(Access, TheCookieOfAnotherTokenIsWorthless) {
  const std::string cookie = Access(true, "old").cookie();
  EXPECT_FALSE(Access(true, "new").allows({.cookies = cookie.substr(0, cookie.find(';'))}));
}

}  // namespace
}  // namespace kinesight::http
