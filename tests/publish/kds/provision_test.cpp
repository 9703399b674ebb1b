#include "publish/kds/provision.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "publish/kds/kinesis_peer.h"
#include "publish/kds/options.h"
#include "support/fake_clock.h"

namespace kinesight::publish {
namespace {

using nlohmann::json;
using support::KinesisPeer;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

net::Response answer(int status, const json& body) {
  return {.status = status, .headers = {}, .body = body.dump()};
}

/// A stream that is made, and looked at, by way of the API.
class ProvisionTest : public testing::Test {
 protected:
  ProvisionTest() {
    peer_->control = [this](const std::string& action, const json& request) {
      EXPECT_EQ(request.at("StreamName"), "detection-events");
      if (action == "CreateStream") return create(request);
      EXPECT_EQ(action, "DescribeStreamSummary");
      return describe();
    };
  }

  Resource inspect(bool on_demand = false) {
    auto resources = inspect_stream(options(), *session_, {.on_demand = on_demand}, {});
    EXPECT_TRUE(resources) << resources.error().message;
    EXPECT_EQ(resources->size(), 1u);
    return resources->at(0);
  }
  static config::Parsed options() {
    config::Parsed parsed(KdsOptions::table());
    auto& kds = *static_cast<KdsOptions*>(parsed.object());
    kds.region = "eu-west-1";
    kds.stream_name = "detection-events";
    return parsed;
  }

  std::shared_ptr<KinesisPeer> peer_ = std::make_shared<KinesisPeer>();
  support::FakeClock clock_;
  std::unique_ptr<aws::Session> session_ = support::session_to(peer_, clock_);
  std::string status_;  ///< Empty: there is no stream.
  int shards_ = 2;
  bool on_demand_ = false;
  int looks_until_active_ = 0;
  std::optional<net::Response> refusal_;
  json created_;

 private:
  net::Response create(const json& request) {
    created_ = request;
    if (!status_.empty()) return answer(400, {{"__type", "ResourceInUseException"}});
    status_ = "CREATING";
    return answer(200, json::object());
  }
  net::Response describe() {
    if (refusal_) return *refusal_;
    if (status_.empty()) return answer(400, {{"__type", "ResourceNotFoundException"}});
    if (status_ == "CREATING" && looks_until_active_-- == 0) status_ = "ACTIVE";
    return answer(200, {{"StreamDescriptionSummary",
                         {{"StreamName", "detection-events"},
                          {"StreamARN", "arn:aws:kinesis:eu-west-1:111122223333:stream/detection-events"},
                          {"StreamStatus", status_},
                          {"StreamModeDetails", {{"StreamMode", on_demand_ ? "ON_DEMAND" : "PROVISIONED"}}},
                          {"RetentionPeriodHours", 24},
                          {"OpenShardCount", shards_}}}});
  }
};

TEST_F(ProvisionTest, AStreamThatIsAbsentIsMadeAsTheSeedMakesItAndThenThere) {
  looks_until_active_ = 10;
  const auto stream = inspect();
  EXPECT_EQ(stream.name, "Kinesis stream detection-events");
  EXPECT_FALSE(stream.exists);
  EXPECT_EQ(stream.shape, "2 shards");
  EXPECT_TRUE(created_.is_null()) << "looking changes nothing";
  const auto begin = clock_.steady();
  ASSERT_TRUE(stream.make({}));
  EXPECT_EQ(created_.at("ShardCount"), 2);
  EXPECT_EQ(created_.at("StreamModeDetails").at("StreamMode"), "PROVISIONED");
  EXPECT_EQ(status_, "ACTIVE");
  EXPECT_GE(clock_.steady() - begin, std::chrono::seconds(10)) << "it does not ask without a pause";

  created_ = nullptr;
  const auto again = inspect();
  EXPECT_TRUE(again.exists);
  EXPECT_THAT(again.differences, IsEmpty());
  EXPECT_FALSE(again.make);
  EXPECT_TRUE(created_.is_null());
}

TEST_F(ProvisionTest, OnDemandHasNoShards) {
  const auto stream = inspect(true);
  EXPECT_EQ(stream.shape, "capacity on demand");
  ASSERT_TRUE(stream.make({}));
  EXPECT_FALSE(created_.contains("ShardCount"));
  EXPECT_EQ(created_.at("StreamModeDetails").at("StreamMode"), "ON_DEMAND");
}

TEST_F(ProvisionTest, SaysHowAStreamDiffersAndLeavesItAlone) {
  status_ = "ACTIVE";
  shards_ = 1;
  EXPECT_THAT(inspect().differences, ElementsAre("expected 2 shards or more, found 1"));
  EXPECT_FALSE(inspect().make);
  EXPECT_THAT(inspect(true).differences,
              ElementsAre("expected capacity on demand, found 1 provisioned shards"));
  shards_ = 7;
  EXPECT_THAT(inspect().differences, IsEmpty());
  on_demand_ = true;
  EXPECT_THAT(inspect().differences, ElementsAre("expected 2 provisioned shards, found capacity on demand"));
  EXPECT_THAT(inspect(true).differences, IsEmpty());
  status_ = "UPDATING";
  EXPECT_THAT(inspect(true).differences, IsEmpty()) << "records go into it while it is resharded";
  status_ = "DELETING";
  EXPECT_THAT(inspect(true).differences, ElementsAre("expected status ACTIVE, found DELETING"));
  EXPECT_TRUE(created_.is_null());
}

TEST_F(ProvisionTest, OneThatIsBeingMadeIsWaitedFor) {
  status_ = "CREATING";
  shards_ = 0;
  looks_until_active_ = 3;
  const auto stream = inspect();
  EXPECT_TRUE(stream.exists);
  EXPECT_THAT(stream.differences, ElementsAre("expected status ACTIVE, found CREATING"));
  ASSERT_TRUE(stream.make);
  EXPECT_TRUE(stream.make({}));
  EXPECT_EQ(status_, "ACTIVE");
  EXPECT_TRUE(created_.is_null());
}

TEST_F(ProvisionTest, SomebodyElseMayBeQuicker) {
  const auto stream = inspect();
  status_ = "ACTIVE";
  EXPECT_TRUE(stream.make({}));
}

TEST_F(ProvisionTest, WaitsForALimitedTime) {
  looks_until_active_ = 1'000'000;
  const auto made = inspect().make({});
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().kind, ErrorKind::unavailable);
  EXPECT_THAT(made.error().message, HasSubstr("to be ACTIVE within 5 minutes, found CREATING"));
}

TEST_F(ProvisionTest, StopsWhenAsked) {
  looks_until_active_ = 1'000'000;
  const auto stream = inspect();
  std::stop_source stop;
  stop.request_stop();
  const auto made = stream.make(stop.get_token());
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().kind, ErrorKind::cancelled);
}

TEST_F(ProvisionTest, WhoMayNotLookIsToldSo) {
  refusal_ = answer(400, {{"__type", "AccessDeniedException"}, {"message", "not yours"}});
  const auto resources = inspect_stream(options(), *session_, {}, {});
  ASSERT_FALSE(resources);
  EXPECT_EQ(resources.error().kind, ErrorKind::denied);
}

}  // namespace
}  // namespace kinesight::publish
