// Addresses of brokers: what each of them means, and that no fault shows the password.
#include "clips/broker/rabbitmq/amqp_url.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace kinesight::clips {
namespace {

using testing::HasSubstr;
using testing::Not;

struct Sound {
  const char* text;
  bool tls;
  const char* host;
  int port;
  const char* user;
  const char* password;
  const char* vhost;
};

class SoundUrl : public testing::TestWithParam<Sound> {};

TEST_P(SoundUrl, IsTakenApart) {
  const auto url = parse_amqp_url(GetParam().text);
  ASSERT_TRUE(url) << url.error().message;
  EXPECT_EQ(url->tls, GetParam().tls);
  EXPECT_EQ(url->host, GetParam().host);
  EXPECT_EQ(url->port, GetParam().port);
  EXPECT_EQ(url->user, GetParam().user);
  EXPECT_EQ(url->password.reveal(), GetParam().password);
  EXPECT_EQ(url->vhost, GetParam().vhost);
}

INSTANTIATE_TEST_SUITE_P(
    All, SoundUrl,
    testing::Values(
        Sound{"amqp://localhost", false, "localhost", 5672, "guest", "guest", "/"},
        Sound{"amqp://localhost/", false, "localhost", 5672, "guest", "guest", "/"},
        Sound{"amqps://broker.example.com", true, "broker.example.com", 5671, "guest", "guest", "/"},
        Sound{"amqp://u:p@h:1/v", false, "h", 1, "u", "p", "v"},
        Sound{"amqp://u:p@h/%2f", false, "h", 5672, "u", "p", "/"},
        Sound{"amqp://u:p@h/%2F", false, "h", 5672, "u", "p", "/"},
        Sound{"amqp://u:p@h//", false, "h", 5672, "u", "p", "/"},
        Sound{"amqp://u:p@h/a%20b/c", false, "h", 5672, "u", "p", "a b/c"},
        Sound{"amqp://user%61:%70%40ss%2Fw%3Ard@h:65535/", false, "h", 65535, "usera", "p@ss/w:rd", "/"},
        Sound{"amqp://u:p@[::1]:5673/v", false, "::1", 5673, "u", "p", "v"},
        Sound{"amqps://u:p@[fe80::1]", true, "fe80::1", 5671, "u", "p", "/"},
        Sound{"amqp://u:p+q!$&'()*,;=@10.0.0.7/v", false, "10.0.0.7", 5672, "u", "p+q!$&'()*,;=", "v"}));

struct Wrong {
  const char* text;
  const char* fault;
};

class WrongUrl : public testing::TestWithParam<Wrong> {};

TEST_P(WrongUrl, IsRefusedWithoutShowingThePassword) {
  const auto url = parse_amqp_url(GetParam().text);
  ASSERT_FALSE(url);
  EXPECT_EQ(url.error().kind, ErrorKind::invalid);
  EXPECT_THAT(url.error().message, HasSubstr(GetParam().fault));
  EXPECT_THAT(url.error().message, Not(HasSubstr("s3cr")));
}

INSTANTIATE_TEST_SUITE_P(
    All, WrongUrl,
    testing::Values(
        Wrong{"", "neither with amqp:// nor with amqps://"}, Wrong{"localhost:5672", "neither with amqp://"},
        Wrong{"http://u:s3cret@h/", "neither with amqp://"}, Wrong{"amqp://", "no host"},
        Wrong{"amqp:///v", "no host"}, Wrong{"amqp://u:s3cret@/v", "no host"},
        Wrong{"amqp://u:s3cret@:5672/v", "no host"}, Wrong{"amqp://u:s3cret@h:0/", "port"},
        Wrong{"amqp://u:s3cret@h:65536/", "port"}, Wrong{"amqp://u:s3cret@h:/", "port"},
        Wrong{"amqp://u:s3cr/et@h/", "percent-encode"}, Wrong{"amqp://u:s3cr@et@h/", "more than one @"},
        Wrong{"amqp://u:s3cr:et@h/", "more than one :"}, Wrong{"amqp://u:s3cr%4@h/", "% in the password"},
        Wrong{"amqp://u%zz:s3cret@h/", "% in the user name"}, Wrong{"amqp://u:s3cret@h/%", "% in the vhost"},
        Wrong{"amqp://u:s3cret%00@h/", "control characters in the password"},
        Wrong{"amqp://u@h/", "no password"}, Wrong{"amqp://u:@h/", "no password"},
        Wrong{"amqp://:s3cret@h/", "no user name"}, Wrong{"amqp://u:s3cret@h/v?heartbeat=5", "query"},
        Wrong{"amqp://u:s3cr#et@h/v", "fragment"}, Wrong{"amqp://u:s3cret@h_ö/v", "not a host name"},
        Wrong{"amqp://u:s3cret@[::1/v", "no ]"}, Wrong{"amqp://u:s3cret@[x]/v", "no IPv6 address"},
        Wrong{"amqp://u:s3cret@[::1]5/v", "something else than a port"}));

TEST(AmqpUrl, RefusesNamesThatAmqpCannotCarry) {
  const auto url = parse_amqp_url("amqp://u:p@h/" + std::string(256, 'v'));
  ASSERT_FALSE(url);
  EXPECT_THAT(url.error().message, HasSubstr("more than 255 bytes"));
}

TEST(AmqpUrl, IsShownWithoutThePassword) {
  EXPECT_EQ(parse_amqp_url("amqps://a%40b:s3cret@[::1]/v%20w").value().shown(),
            "amqps://a%40b@[::1]:5671/v%20w");
  EXPECT_EQ(parse_amqp_url("amqp://localhost").value().shown(), "amqp://guest@localhost:5672/%2F");
}

}  // namespace
}  // namespace kinesight::clips
