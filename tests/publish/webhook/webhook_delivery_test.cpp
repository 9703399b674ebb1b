// The webhook publisher against a server on loopback.
#include "publish/webhook/webhook_delivery.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <future>

#include "net/certificate.h"
#include "net/curl_transport.h"
#include "net/scripted_server.h"
#include "publish/publisher_kind.h"
#include "publish/webhook/signature.h"
#include "support/fake_clock.h"
#include "support/temp_folder.h"

namespace kinesight::publish {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr double kNow = 1'769'860'800;
const std::string kSecret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

Entry entry_of(double conf = 0.9) {
  const auto event = event::make_envelope(
      "front", {.ts_ms = 1'769'860'800'123, .type = "weapon", .label = "knife", .conf = conf});
  return {.sequence = 1, .key = event.camera_id, .name = event.event_id, .payload = event::to_json(event)};
}

class WebhookDeliveryTest : public testing::Test {
 protected:
  /// Sends `entry` to the URL of the options.
  Outcome send(const Entry& entry) {
    config::Parsed parsed(WebhookOptions::table());
    *static_cast<WebhookOptions*>(parsed.object()) = options_;
    const auto sink = webhook_publisher_kind().make_sink(parsed, {.clock = &clock_});
    EXPECT_TRUE(sink);
    const Entry* one = &entry;
    const auto result = (*sink).delivery->deliver({&one, 1}, {});
    if (result.whole) return {.verdict = Verdict::again, .error = *result.whole};
    return result.outcomes.at(0);
  }

  support::FakeClock clock_{kNow};
  WebhookOptions options_;
};

TEST_F(WebhookDeliveryTest, PostsTheEnvelopeSigned) {
  std::promise<std::string> received;
  net::ScriptedServer server([&](net::Peer& peer) {
    received.set_value(peer.request().value_or(""));
    peer.answer();
  });
  options_.url = server.url("/hook?site=7");
  options_.secret = kSecret;
  options_.authorization = "Bearer planted-token";
  options_.headers = {"X-Site: 7"};
  const Entry entry = entry_of();
  ASSERT_EQ(send(entry).verdict, Verdict::delivered);
  const std::string request = received.get_future().get();
  EXPECT_THAT(request, testing::StartsWith("POST /hook?site=7 HTTP/1.1\r\n"));
  EXPECT_THAT(request, testing::EndsWith("\r\n\r\n" + entry.payload));
  for (const std::string& header :
       {std::string("Content-Type: application/json"), std::string("X-Site: 7"),
        std::string("Authorization: Bearer planted-token"), "webhook-id: " + entry.name,
        std::string("webhook-timestamp: 1769860800"),
        "webhook-signature: " +
            webhook_signature(*webhook_key(kSecret), entry.name, 1769860800, entry.payload)}) {
    EXPECT_THAT(request, HasSubstr("\r\n" + header + "\r\n"));
  }
}

TEST_F(WebhookDeliveryTest, WithoutASecretThereIsNoSignature) {
  std::promise<std::string> received;
  net::ScriptedServer server([&](net::Peer& peer) {
    received.set_value(peer.request().value_or(""));
    peer.answer();
  });
  options_.url = server.url("/");
  ASSERT_EQ(send(entry_of()).verdict, Verdict::delivered);
  EXPECT_THAT(received.get_future().get(), Not(HasSubstr("webhook-signature")));
}

TEST_F(WebhookDeliveryTest, WhatTheFilterHoldsBackIsNotSent) {
  std::atomic<int> connections = 0;
  net::ScriptedServer server([&](net::Peer&) { ++connections; });
  options_.url = server.url("/");
  options_.min_conf = 0.95;
  EXPECT_EQ(send(entry_of(0.9)).verdict, Verdict::unwanted);
  options_.min_conf = 0;
  options_.types = {"fire"};
  EXPECT_EQ(send(entry_of()).verdict, Verdict::unwanted);
  options_.types = {"fire", "weapon"};
  options_.labels = {"gun"};
  EXPECT_EQ(send(entry_of()).verdict, Verdict::unwanted);
  options_.labels = {};
  options_.cameras = {"back"};
  EXPECT_EQ(send(entry_of()).verdict, Verdict::unwanted);
  EXPECT_EQ(connections, 0);
}

TEST_F(WebhookDeliveryTest, ARedirectIsNotFollowed) {
  std::atomic<int> requests = 0;
  net::ScriptedServer server([&](net::Peer& peer) {
    while (peer.request()) {
      ++requests;
      peer.send("HTTP/1.1 302 Found\r\nLocation: /elsewhere\r\nContent-Length: 0\r\n\r\n");
    }
  });
  options_.url = server.url("/");
  const auto outcome = send(entry_of());
  EXPECT_EQ(outcome.verdict, Verdict::again);
  EXPECT_THAT(outcome.error.message, HasSubstr("found 302"));
  EXPECT_EQ(requests, 1);
}

TEST_F(WebhookDeliveryTest, TrustsTheAuthoritiesItIsToldOfAndNoOthers) {
  const net::Certificate certificate("IP:127.0.0.1");
  const auto tls = certificate.server();
  net::ScriptedServer server(
      [](net::Peer& peer) {
        if (peer.request()) peer.answer();
      },
      tls.get());
  options_.url = server.url("/");
  const auto untrusted = send(entry_of());
  EXPECT_EQ(untrusted.verdict, Verdict::again);
  EXPECT_EQ(untrusted.error.kind, ErrorKind::denied);
  EXPECT_THAT(untrusted.error.message, HasSubstr("ca_file"));
  const support::TempFolder folder;
  options_.ca_file = folder.path() / "authority.pem";
  certificate.write(options_.ca_file);
  EXPECT_EQ(send(entry_of()).verdict, Verdict::delivered);
}

TEST_F(WebhookDeliveryTest, AReceiverThatSaysNothingIsGivenUpInTime) {
  net::ScriptedServer server([](net::Peer& peer) {
    peer.request();
    peer.await_end();
  });
  options_.url = server.url("/");
  options_.timeout_seconds = 0.1;
  const auto outcome = send(entry_of());
  EXPECT_EQ(outcome.verdict, Verdict::again);
  EXPECT_EQ(outcome.error.kind, ErrorKind::unavailable);
}

}  // namespace
}  // namespace kinesight::publish
