// Setting queues up, and being let in, against RabbitMQ.
#include <cstdlib>

#include "clips/broker/peer.h"
#include "clips/broker/rabbitmq/amqp_url.h"

namespace kinesight::clips {
namespace {

using testing::HasSubstr;
using testing::Not;

class QueuesContract : public RabbitMqTest {
 protected:
  /// options() with a URL of other words.
  RabbitMqOptions as(const std::string& user, const std::string& password, const std::string& vhost) const {
    const auto url = parse_amqp_url(options().url).value();
    RabbitMqOptions other = options();
    other.url = fmt::format("amqp://{}:{}@{}:{}/{}", user, password, url.host, url.port, vhost);
    return other;
  }
};

TEST_F(QueuesContract, CreatesWhatIsMissingAndOnlyWhenItMay) {
  const auto name = unique("new");
  auto queues = RabbitMqQueues::open(options());
  ASSERT_TRUE(succeeds(queues));
  EXPECT_EQ(queues->broker().product, "RabbitMQ");
  EXPECT_THAT(queues->broker().version, testing::MatchesRegex("[0-9]+\\.[0-9]+\\.[0-9]+.*"));
  EXPECT_NE(queues->broker().cluster, "");
  EXPECT_TRUE(fails(queues->ensure_queue(name, {}, false), ErrorKind::not_found, name));
  const auto created = queues->ensure_queue(name, {}, true);
  ASSERT_TRUE(succeeds(created));
  EXPECT_TRUE(created->created);
  const auto sender = publisher();
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(succeeds(sender->publish(name, message("{}"), kPatience, {})));
  const auto found = queues->ensure_queue(name, {}, true);
  ASSERT_TRUE(succeeds(found));
  EXPECT_FALSE(found->created);
  EXPECT_TRUE(found->compared);
  EXPECT_FALSE(found->difference);
  EXPECT_EQ(found->messages, 3u);
  EXPECT_EQ(found->consumers, 0u);
}

TEST_F(QueuesContract, SaysHowAQueueDiffers) {
  const auto name = make_queue("priority", {{"x-max-priority", 10}});
  auto queues = RabbitMqQueues::open(options());
  ASSERT_TRUE(succeeds(queues));
  const auto without = queues->ensure_queue(name, {}, true);
  ASSERT_TRUE(succeeds(without));
  ASSERT_TRUE(without->difference);
  EXPECT_EQ(without->difference->argument, "x-max-priority");
  EXPECT_EQ(without->difference->asked, "none");
  EXPECT_EQ(without->difference->found, "'10'");
  const auto other = queues->ensure_queue(name, {{"x-max-priority", 5}}, true);
  ASSERT_TRUE(succeeds(other));
  ASSERT_TRUE(other->difference);
  EXPECT_EQ(other->difference->asked, "'5'");
  const auto same = queues->ensure_queue(name, {{"x-max-priority", 10}}, true);
  ASSERT_TRUE(succeeds(same));
  EXPECT_FALSE(same->difference);
  const auto quorum = queues->ensure_queue(make_queue("quorum", {{"x-queue-type", "quorum"}}), {}, true);
  ASSERT_TRUE(succeeds(quorum));
  ASSERT_TRUE(quorum->difference);
  EXPECT_EQ(quorum->difference->argument, "x-queue-type");
}

TEST_F(QueuesContract, AUserWhoMayNotDeclareIsToldSo) {
  const auto name = make_queue("theirs");
  const auto user = unique("reader");
  control("ctl add_user " + user + " pw");
  control("ctl set_permissions " + user + " '' '.*' '.*'");
  auto queues = RabbitMqQueues::open(as(user, "pw", "%2f"));
  ASSERT_TRUE(succeeds(queues));
  const auto found = queues->ensure_queue(name, {}, true);
  ASSERT_TRUE(succeeds(found));
  EXPECT_FALSE(found->compared);
  EXPECT_TRUE(fails(queues->ensure_queue(unique("mine"), {}, true), ErrorKind::denied, "ACCESS_REFUSED"));
}

TEST_F(QueuesContract, AWrongPasswordIsDeniedAndNotShown) {
  const auto refused = RabbitMqQueues::open(as("guest", "s3cret", "%2f"));
  EXPECT_TRUE(fails(refused, ErrorKind::denied, "ACCESS_REFUSED"));
  EXPECT_THAT(refused.error().message, Not(HasSubstr("s3cret")));
  const auto taker = consumer("q", as("guest", "s3cret", "%2f"));
  await([&] { return complaints().contains("ACCESS_REFUSED"); });
  EXPECT_THAT(complaints(), Not(HasSubstr("s3cret")));
}

TEST_F(QueuesContract, AVhostThatIsNotThereIsNotFound) {
  EXPECT_TRUE(
      fails(RabbitMqQueues::open(as("guest", "guest", "elsewhere")), ErrorKind::not_found, "elsewhere"));
}

TEST_F(QueuesContract, TlsNeedsACertificateThatIsVouchedForAndForThatHost) {
  RabbitMqOptions tls = options();
  tls.url = std::getenv("KINESIGHT_CONTRACT_RABBITMQ_TLS");
  EXPECT_TRUE(fails(RabbitMqQueues::open(tls), ErrorKind::denied, "certificate"));
  tls.ca_file = std::getenv("KINESIGHT_CONTRACT_RABBITMQ_CA");
  EXPECT_TRUE(succeeds(RabbitMqQueues::open(tls)));
  const auto queue = make_queue("tls");
  EXPECT_TRUE(succeeds(publisher(tls)->publish(queue, message(std::string(1'000'000, 'x')), kPatience, {})));
  const auto taker = consumer(queue, tls);
  const auto got = taker->next(kPatience, {});
  ASSERT_TRUE(got && *got);
  EXPECT_EQ((*got)->message.body, std::string(1'000'000, 'x'));
  tls.url.replace(tls.url.find("127.0.0.1"), 9,
                  "127.1");  // The same address by a name that it does not carry.
  EXPECT_TRUE(fails(RabbitMqQueues::open(tls), ErrorKind::denied, "certificate is for another host"));
  tls.url.replace(tls.url.find("127.1"), 5, "localhost");
  EXPECT_TRUE(succeeds(RabbitMqQueues::open(tls)));
  tls.ca_file = "/nowhere";
  EXPECT_TRUE(fails(RabbitMqQueues::open(tls), ErrorKind::invalid, "/nowhere"));
}

}  // namespace
}  // namespace kinesight::clips
