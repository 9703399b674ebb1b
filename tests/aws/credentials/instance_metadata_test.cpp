#include "aws/credentials/world.h"

namespace kinesight::aws {
namespace {

using testing::AllOf;
using testing::HasSubstr;

class InstanceMetadataTest : public WorldTest {
 protected:
  Result<Credentials> get() const { return make_instance_metadata_provider(surroundings_)->get({}); }
  void set_up(const std::string& base = "http://169.254.169.254",
              const std::string& answer = agent_answer("imds")) {
    token_ = "PUT " + base + "/latest/api/token";
    roles_ = "GET " + base + "/latest/meta-data/iam/security-credentials/";
    local_network_->on(token_, 200, "PLANTED-imds-token");
    local_network_->on(roles_, 200, "camera\n");
    local_network_->on(roles_ + "camera", 200, answer);
  }
  std::string token_;
  std::string roles_;
};

TEST_F(InstanceMetadataTest, AsksWithATokenAndByVersionTwoAlone) {
  set_up();
  const auto found = get();
  ASSERT_TRUE(found.has_value()) << found.error().message;
  EXPECT_EQ(found->access_key_id, "imds");
  EXPECT_EQ(found->source, "IMDS (role camera)");
  const auto sent = local_network_->sent();
  ASSERT_EQ(sent.size(), 3U);
  EXPECT_EQ(sent[0].header("x-aws-ec2-metadata-token-ttl-seconds"), "21600");
  EXPECT_EQ(sent[1].header("x-aws-ec2-metadata-token"), "PLANTED-imds-token");
  EXPECT_EQ(sent[2].header("x-aws-ec2-metadata-token"), "PLANTED-imds-token");
  local_network_->on(token_, 404);
  EXPECT_THAT(error_of(get(), ErrorKind::not_found), HasSubstr("HTTP 404"));
  EXPECT_EQ(local_network_->sent().size(), 4U) << "version 1 was tried";
}

TEST_F(InstanceMetadataTest, NoAnswerMeansThatThereIsNone) {
  EXPECT_THAT(error_of(get(), ErrorKind::not_found), HasSubstr("no EC2 instance"));
  EXPECT_EQ(local_network_->sent().size(), 2U);
}

TEST_F(InstanceMetadataTest, CanBeSwitchedOffAndMoved) {
  variables_["AWS_EC2_METADATA_DISABLED"] = "TRUE";
  EXPECT_THAT(error_of(get(), ErrorKind::not_found), HasSubstr("AWS_EC2_METADATA_DISABLED"));
  EXPECT_TRUE(local_network_->sent().empty());
  variables_.clear();
  variables_["AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE"] = "ipv6";
  set_up("http://[fd00:ec2::254]");
  EXPECT_TRUE(get().has_value());
  variables_["AWS_EC2_METADATA_SERVICE_ENDPOINT"] = "http://localhost:1338/";
  set_up("http://localhost:1338");
  EXPECT_TRUE(get().has_value());
  variables_["AWS_EC2_METADATA_SERVICE_ENDPOINT"] = "here";
  EXPECT_THAT(error_of(get(), ErrorKind::invalid), HasSubstr("AWS_EC2_METADATA_SERVICE_ENDPOINT"));
  variables_.erase("AWS_EC2_METADATA_SERVICE_ENDPOINT");
  variables_["AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE"] = "IPv5";
  EXPECT_THAT(error_of(get(), ErrorKind::invalid), HasSubstr("found 'IPv5'"));
}

TEST_F(InstanceMetadataTest, TriesOnceMore) {
  set_up();
  int calls = 0;
  local_network_->on(roles_,
                     [&](const Sent&) { return net::Response{calls++ == 0 ? 503 : 200, {}, "camera"}; });
  EXPECT_TRUE(get().has_value());
  EXPECT_EQ(calls, 2);
}

TEST_F(InstanceMetadataTest, SaysWhatItFoundInstead) {
  set_up();
  local_network_->on(roles_, 404);
  EXPECT_THAT(error_of(get(), ErrorKind::not_found), HasSubstr("no role"));
  local_network_->on(roles_, 200, "../PLANTED");
  EXPECT_THAT(error_of(get(), ErrorKind::corrupt), HasSubstr("role"));
  set_up("http://169.254.169.254", R"({"Code":"AssumeRoleUnauthorizedAccess","Message":"PLANTED"})");
  EXPECT_THAT(error_of(get(), ErrorKind::denied), HasSubstr("AssumeRoleUnauthorizedAccess"));
  set_up("http://169.254.169.254", "PLANTED");
  error_of(get(), ErrorKind::corrupt);
}

TEST_F(InstanceMetadataTest, ExpiredCredentialsAreUsedForAWhile) {
  set_up("http://169.254.169.254", agent_answer("old", "2027-01-15T07:59:00Z"));
  const auto found = get();
  ASSERT_TRUE(found.has_value());
  const double left = found->expires_at.value_or(0) - clock_.wall_seconds();
  EXPECT_GE(left, 5 * 60);
  EXPECT_LE(left, 10 * 60);
  EXPECT_THAT(notes_, testing::ElementsAre(HasSubstr("expired")));
}

}  // namespace
}  // namespace kinesight::aws
