#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "publish/kds/kds_delivery.h"
#include "publish/kds/kinesis_peer.h"
#include "publish/publisher_kind.h"
#include "publish/sink_context.h"
#include "support/fake_clock.h"

namespace kinesight::publish {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class KdsPublisherTest : public testing::Test {
 protected:
  config::Parsed options(const std::function<void(KdsOptions&)>& change = {}) const {
    config::Parsed parsed(kind_.options);
    auto& kds = *static_cast<KdsOptions*>(parsed.object());
    kds.stream_name = "detection-events";
    if (change) change(kds);
    return parsed;
  }

  const PublisherKind kind_ = kds_publisher_kind();
  std::shared_ptr<support::KinesisPeer> peer_ = std::make_shared<support::KinesisPeer>();
  support::FakeClock clock_;
  std::unique_ptr<aws::Session> session_ = support::session_to(peer_, clock_);
};

TEST_F(KdsPublisherTest, IsASinkOfEventsThatTriesAgainAsItsOptionsSay) {
  const auto sink = kind_.make_sink(options([](KdsOptions& kds) {
                                      kds.region = "eu-west-1";
                                      kds.max_retries = 7;
                                      kds.base_backoff_ms = 30'000;
                                    }),
                                    support::over(*session_));
  ASSERT_TRUE(sink) << sink.error().message;
  EXPECT_EQ(sink->delivery->sink(), "kds");
  EXPECT_EQ(sink->delivery->stream(), Stream::events);
  EXPECT_EQ(sink->policy.max_retries, 7);
  EXPECT_EQ(sink->policy.base_backoff_ms, 30'000);
  EXPECT_GE(sink->policy.max_backoff_ms, 30'000);
  EXPECT_FALSE(sink->snapshots);
}

TEST_F(KdsPublisherTest, WithoutARegionItSaysWhichPublisherLacksIt) {
  const auto sink = kind_.make_sink(options(), support::over(*session_));
  ASSERT_FALSE(sink);
  EXPECT_EQ(sink.error().kind, ErrorKind::invalid);
  EXPECT_THAT(sink.error().message, HasSubstr("publishers.kds"));
}

TEST_F(KdsPublisherTest, AsksForNoMoreThanItCalls) {
  const auto anywhere = kind_.permissions(options());
  ASSERT_EQ(anywhere.size(), 1u);
  EXPECT_THAT(anywhere[0].actions, ElementsAre("kinesis:PutRecords"));
  EXPECT_THAT(anywhere[0].resources, ElementsAre("arn:aws:kinesis:*:*:stream/detection-events"));
  const auto here = kind_.permissions(options([](KdsOptions& kds) { kds.region = "eu-west-1"; }));
  EXPECT_THAT(here.at(0).resources, ElementsAre("arn:aws:kinesis:eu-west-1:*:stream/detection-events"));
}

TEST_F(KdsPublisherTest, AStreamNameIsOneThatAwsKnows) {
  const auto& rules = kind_.options.rules();
  ASSERT_EQ(rules.size(), 1u);
  const auto broken = [&](const std::string& name) {
    const auto parsed = options([&](KdsOptions& kds) { kds.stream_name = name; });
    return rules[0].broken(parsed.object()).has_value();
  };
  EXPECT_FALSE(broken("detection-events"));
  EXPECT_FALSE(broken("A_1.b-" + std::string(122, 'x')));
  EXPECT_TRUE(broken(std::string(129, 'x')));
  EXPECT_TRUE(broken("arn:aws:kinesis:eu-west-1:111122223333:stream/detection-events"));
  EXPECT_TRUE(broken("ereignisse für alle"));
}

}  // namespace
}  // namespace kinesight::publish
