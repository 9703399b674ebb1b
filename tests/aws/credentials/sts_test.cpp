#include "aws/services/sts.h"

#include "aws/credentials/world.h"

namespace kinesight::aws {
namespace {

using testing::HasSubstr;

class StsTest : public WorldTest {
 protected:
  StsTest() {
    variables_["AWS_REGION"] = "eu-west-1";
    variables_["AWS_ACCESS_KEY_ID"] = "k";
    variables_["AWS_SECRET_ACCESS_KEY"] = "PLANTED";
  }
  Session session_{{.transport = network_,
                    .credentials = make_environment_provider(surroundings_.environment),
                    .environment = surroundings_.environment,
                    .retry = {.max_attempts = 1},
                    .shared_config = nullptr},
                   clock_};
};

TEST_F(StsTest, TellsWhoTheCredentialsAre) {
  network_->on(kStsUrl, 200,
               "<GetCallerIdentityResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\">"
               "<GetCallerIdentityResult><Arn>arn:aws:iam::123456789012:user/a&amp;b</Arn><UserId>U</UserId>"
               "<Account>123456789012</Account></GetCallerIdentityResult></GetCallerIdentityResponse>");
  const auto sts = Sts::make(session_, {});
  ASSERT_TRUE(sts.has_value()) << sts.error().message;
  const auto identity = sts->caller_identity({});
  ASSERT_TRUE(identity.has_value()) << identity.error().error.message;
  EXPECT_EQ(identity->account, "123456789012");
  EXPECT_EQ(identity->arn, "arn:aws:iam::123456789012:user/a&b");
  const auto sent = network_->sent().at(0);
  EXPECT_EQ(sent.body, "Action=GetCallerIdentity&Version=2011-06-15");
  EXPECT_EQ(sent.header("Content-Type"), "application/x-www-form-urlencoded; charset=utf-8");
}

TEST_F(StsTest, AnAnswerWithoutAnArnIsCorrupt) {
  network_->on(kStsUrl, 200, "<html/>");
  const auto identity = Sts::make(session_, {})->caller_identity({});
  ASSERT_FALSE(identity.has_value());
  EXPECT_EQ(identity.error().error.kind, ErrorKind::corrupt);
  EXPECT_THAT(identity.error().error.message, HasSubstr("GetCallerIdentity"));
}

}  // namespace
}  // namespace kinesight::aws
