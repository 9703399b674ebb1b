#include "aws/credentials/world.h"

namespace kinesight::aws {
namespace {

using testing::AllOf;
using testing::HasSubstr;

class WebIdentityTest : public WorldTest {
 protected:
  WebIdentityTest() {
    variables_["AWS_REGION"] = "eu-west-1";
    network_->on(kStsUrl, 200, sts_answer("AssumeRoleWithWebIdentity", "web"));
  }
  Result<Credentials> get() const { return make_web_identity_provider(surroundings_)->get({}); }
  void set_up() {
    variables_["AWS_WEB_IDENTITY_TOKEN_FILE"] = write("token", "PLANTED.a/b\n");
    variables_["AWS_ROLE_ARN"] = "arn:aws:iam::1:role/web";
  }
};

TEST_F(WebIdentityTest, TakesOnTheRoleWithTheTokenAndWithoutASignature) {
  set_up();
  variables_["AWS_ROLE_SESSION_NAME"] = "pod";
  const auto found = get();
  ASSERT_TRUE(found.has_value()) << found.error().message;
  EXPECT_EQ(found->access_key_id, "web");
  const auto sent = network_->sent().at(0);
  EXPECT_THAT(sent.body,
              AllOf(HasSubstr("Action=AssumeRoleWithWebIdentity"), HasSubstr("RoleSessionName=pod"),
                    HasSubstr("WebIdentityToken=PLANTED.a%2Fb")));
  EXPECT_EQ(sent.header("Authorization"), "(no such header)");
}

TEST_F(WebIdentityTest, ReadsTheTokenAnewEachTime) {
  set_up();
  const auto provider = make_web_identity_provider(surroundings_);
  ASSERT_TRUE(provider->get({}).has_value());
  write("token", "second");
  ASSERT_TRUE(provider->get({}).has_value());
  EXPECT_THAT(network_->sent().at(1).body, HasSubstr("WebIdentityToken=second"));
}

TEST_F(WebIdentityTest, TheProfileMayNameIt) {
  const auto token = write("token", "t");
  write("config", "[default]\nweb_identity_token_file = " + token + "\nrole_arn = arn:aws:iam::1:role/p\n");
  EXPECT_EQ(find()->access_key_id, "web");
}

TEST_F(WebIdentityTest, SaysWhatIsMissing) {
  EXPECT_THAT(error_of(get(), ErrorKind::not_found), HasSubstr("AWS_WEB_IDENTITY_TOKEN_FILE"));
  set_up();
  variables_.erase("AWS_ROLE_ARN");
  EXPECT_THAT(error_of(get(), ErrorKind::invalid), HasSubstr("AWS_ROLE_ARN"));
  set_up();
  write("token", "\n");
  EXPECT_THAT(error_of(get(), ErrorKind::unavailable), HasSubstr("expected one token"));
  write("token", "PLANTED\nPLANTED\n");
  EXPECT_THAT(error_of(get(), ErrorKind::unavailable), HasSubstr("several lines"));
  variables_["AWS_WEB_IDENTITY_TOKEN_FILE"] = "/nowhere/token";
  EXPECT_THAT(error_of(get(), ErrorKind::unavailable), HasSubstr("/nowhere/token"));
}

TEST_F(WebIdentityTest, NeedsARegion) {
  set_up();
  variables_.erase("AWS_REGION");
  EXPECT_THAT(error_of(get(), ErrorKind::invalid), AllOf(HasSubstr("STS"), HasSubstr("AWS_REGION")));
}

TEST_F(WebIdentityTest, ARefusalDoesNotShowTheToken) {
  set_up();
  network_->on(
      kStsUrl, 400,
      "<ErrorResponse><Error><Code>InvalidIdentityToken</Code><Message>bad PLANTED.a/b</Message></Error>"
      "</ErrorResponse>");
  EXPECT_THAT(error_of(get(), ErrorKind::denied), HasSubstr("InvalidIdentityToken"));
}

}  // namespace
}  // namespace kinesight::aws
