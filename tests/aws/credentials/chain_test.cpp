// Which place wins, and what is said when none has credentials.
#include "aws/credentials/chain.h"

#include "aws/credentials/world.h"
#include "aws/session.h"

namespace kinesight::aws {
namespace {

using testing::AllOf;
using testing::HasSubstr;

class ChainTest : public WorldTest {
 protected:
  void set_up_environment() {
    variables_["AWS_ACCESS_KEY_ID"] = "from-environment";
    variables_["AWS_SECRET_ACCESS_KEY"] = "PLANTED-environment-key";
  }
  void set_up_imds() {
    local_network_->on("PUT http://169.254.169.254/latest/api/token", 200, "PLANTED-imds-token");
    const std::string roles = "GET http://169.254.169.254/latest/meta-data/iam/security-credentials/";
    local_network_->on(roles, 200, "camera");
    local_network_->on(roles + "camera", 200, agent_answer("from-imds"));
  }
  void set_up_container() {
    variables_["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"] = "/x";
    local_network_->on("GET http://169.254.170.2/x", 200, agent_answer("from-container"));
  }
  void set_up_keys() {
    write("credentials",
          "[default]\naws_access_key_id = from-profile\naws_secret_access_key = PLANTED-profile-key\n");
  }
  void set_up_web_identity() {
    variables_["AWS_REGION"] = "eu-west-1";
    variables_["AWS_WEB_IDENTITY_TOKEN_FILE"] = write("token", "PLANTED-web-token\n");
    variables_["AWS_ROLE_ARN"] = "arn:aws:iam::1:role/web";
    network_->on(kStsUrl, 200, sts_answer("AssumeRoleWithWebIdentity", "from-web-identity"));
  }
  std::string id() const {
    const auto found = find();
    return found ? found->access_key_id : found.error().message;
  }
};

TEST_F(ChainTest, EachPlaceWinsOverTheOnesAfterIt) {
  set_up_imds();
  EXPECT_EQ(id(), "from-imds");
  set_up_container();
  EXPECT_EQ(id(), "from-container");
  set_up_keys();
  EXPECT_EQ(id(), "from-profile");
  set_up_web_identity();
  EXPECT_EQ(id(), "from-web-identity");
  network_->on(kStsUrl, 200, sts_answer("AssumeRole", "from-role"));
  write("config", "[default]\nrole_arn = arn:aws:iam::1:role/r\nsource_profile = default\n");
  EXPECT_EQ(id(), "from-role");
  set_up_environment();
  EXPECT_EQ(id(), "from-environment");
}

TEST_F(ChainTest, WithoutCredentialsEveryPlaceIsNamedWithItsReason) {
  EXPECT_THAT(error_of(find(), ErrorKind::not_found),
              AllOf(HasSubstr("environment: AWS_ACCESS_KEY_ID is not set"), HasSubstr("profile 'default'"),
                    HasSubstr(".aws/credentials (not there)"), HasSubstr("AWS_WEB_IDENTITY_TOKEN_FILE"),
                    HasSubstr("AWS_CONTAINER_CREDENTIALS_FULL_URI"), HasSubstr("IMDS: no answer")));
}

TEST_F(ChainTest, APlaceThatIsSetUpWronglyEndsTheSearch) {
  set_up_imds();
  variables_["AWS_ACCESS_KEY_ID"] = "PLANTED-id";
  EXPECT_THAT(error_of(find(), ErrorKind::invalid), HasSubstr("AWS_SECRET_ACCESS_KEY is not"));
}

TEST_F(ChainTest, WhatWasFoundOnceStaysTheSource) {
  set_up_imds();
  set_up_keys();
  ProviderChain chain(
      {make_profile_keys_provider(surroundings_), make_instance_metadata_provider(surroundings_)});
  ASSERT_EQ(chain.get({})->access_key_id, "from-profile");
  std::filesystem::remove_all(home_.path() / ".aws");
  EXPECT_THAT(error_of(chain.get({}), ErrorKind::unavailable),
              HasSubstr("profile had AWS credentials before"));
}

TEST_F(ChainTest, AStopEndsTheSearch) {
  std::stop_source stop;
  stop.request_stop();
  EXPECT_EQ(make_default_chain(surroundings_)->get(stop.get_token()).error().kind, ErrorKind::cancelled);
}

TEST_F(ChainTest, ASessionFromTheEnvironmentHasAllOfIt) {
  set_up_environment();
  write("config", "[default]\nregion = eu-west-1\nmax_attempts = 5\n");
  auto session = Session::from_environment(surroundings_.environment, clock_);
  ASSERT_TRUE(session.has_value()) << session.error().message;
  EXPECT_EQ((*session)->credentials().get({})->access_key_id, "from-environment");
  EXPECT_EQ((*session)->region("").value_or("none"), "eu-west-1");
  EXPECT_EQ((*session)->retry_policy().max_attempts, 5);
}

TEST_F(ChainTest, ASessionIsNotMadeFromABrokenConfig) {
  const auto path = write("config", "[default\n");
  const auto session = Session::from_environment(surroundings_.environment, clock_);
  ASSERT_FALSE(session.has_value());
  EXPECT_EQ(session.error().kind, ErrorKind::invalid);
  EXPECT_THAT(session.error().message, HasSubstr(path + ":1"));
}

TEST_F(ChainTest, EnvironmentCredentialsCarryTheirTokenAndEnd) {
  set_up_environment();
  variables_["AWS_SESSION_TOKEN"] = "token";
  variables_["AWS_CREDENTIAL_EXPIRATION"] = "2027-01-15T09:00:00Z";
  const auto found = find();
  ASSERT_TRUE(found.has_value());
  EXPECT_EQ(found->session_token.reveal(), "token");
  EXPECT_DOUBLE_EQ(found->expires_at.value_or(0), clock_.wall_seconds() + 3600);
  variables_["AWS_CREDENTIAL_EXPIRATION"] = "PLANTED";
  EXPECT_THAT(error_of(find(), ErrorKind::invalid), HasSubstr("AWS_CREDENTIAL_EXPIRATION"));
}

}  // namespace
}  // namespace kinesight::aws
