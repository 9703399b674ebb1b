#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "publish/mqtt/options.h"
#include "publish/table_check.h"

namespace kinesight::publish {
namespace {

using support::broken_rule;
using testing::StartsWith;

TEST(MqttOptions, ABrokerIsAHostWithItsPort) {
  const auto address = [](const char* url) {
    const auto broker = parse_broker(url);
    return broker ? fmt::format("{} {}{}", broker->host, broker->port, broker->tls ? " tls" : "") : "none";
  };
  EXPECT_EQ(address("mqtt://broker.example.com"), "broker.example.com 1883");
  EXPECT_EQ(address("mqtts://broker.example.com"), "broker.example.com 8883 tls");
  EXPECT_EQ(address("mqtts://broker.example.com:443"), "broker.example.com 443 tls");
  EXPECT_EQ(address("mqtt://10.0.0.7:80/"), "10.0.0.7 80");
  EXPECT_EQ(address("mqtt://[::1]:2883"), "::1 2883");
  for (const char* bad : {"broker", "http://broker", "mqtt://", "mqtt://me:planted@broker",
                          "mqtt://broker/topic", "mqtt://broker:99999", "mqtt://broker?x=1"}) {
    EXPECT_EQ(address(bad), "none") << bad;
    MqttOptions options;
    options.broker = bad;
    EXPECT_THAT(broken_rule(options), StartsWith("broker: mqtt://host:port")) << bad;
  }
}

TEST(MqttOptions, WhatGoesTogetherIsThereTogether) {
  MqttOptions options;
  options.broker = "mqtts://broker";
  EXPECT_EQ(broken_rule(options), "");
  options.password = "planted";
  EXPECT_THAT(broken_rule(options), StartsWith("password: a username"));
  options.username = "kinesight";
  options.cert_file = "cert.pem";
  EXPECT_THAT(broken_rule(options), StartsWith("key_file: cert_file and key_file"));
  options.key_file = "key.pem";
  EXPECT_EQ(broken_rule(options), "");
}

TEST(MqttOptions, WithoutTlsIsAWarningBeyondTheMachine) {
  MqttOptions options;
  for (const char* fine : {"mqtts://broker", "mqtt://localhost", "mqtt://127.0.0.1:1884", "mqtt://[::1]"}) {
    options.broker = fine;
    EXPECT_EQ(support::warning(options), "") << fine;
  }
  options.broker = "mqtt://broker";
  EXPECT_THAT(support::warning(options), StartsWith("broker: events and the password go over the network"));
}

}  // namespace
}  // namespace kinesight::publish
