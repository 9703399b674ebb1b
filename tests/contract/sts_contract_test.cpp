// What the product relies on in the Security Token Service.
#include "aws/services/sts.h"

#include "contract/peer.h"

namespace kinesight::contract {
namespace {

using testing::HasSubstr;
using testing::MatchesRegex;

constexpr auto kRole = "arn:aws:iam::123456789012:role/kinesight";

class StsContract : public ContractTest {
 protected:
  StsContract() : ContractTest("STS") {}

  aws::Sts sts_ = aws::Sts::make(session(), options()).value();
};

TEST_F(StsContract, SaysWhoWeAre) {
  const auto identity = sts_.caller_identity({});
  ASSERT_TRUE(succeeds(identity));
  EXPECT_THAT(identity->account, MatchesRegex("[0-9]{12}"));
  EXPECT_THAT(identity->arn, HasSubstr(":" + identity->account + ":"));
}

TEST_F(StsContract, ARoleIsTakenOnForAsLongAsWasAsked) {
  aws::AssumeRole role;
  role.role_arn = kRole;
  role.session_name = "kinesight";
  role.duration_seconds = 900;
  const auto credentials = sts_.assume_role(role, {});
  ASSERT_TRUE(succeeds(credentials));
  EXPECT_NE(credentials->access_key_id, "");
  EXPECT_FALSE(credentials->secret_access_key.empty());
  EXPECT_FALSE(credentials->session_token.empty());
  ASSERT_TRUE(credentials->expires_at);
  EXPECT_NEAR(*credentials->expires_at, Clock::system().wall_seconds() + 900, 60);
}

TEST_F(StsContract, ARoleIsTakenOnByAWebIdentity) {
  aws::AssumeRole role;
  role.role_arn = kRole;
  role.session_name = "kinesight";
  const auto credentials = sts_.assume_role_with_web_identity(role, Secret("header.payload.signature"), {});
  ASSERT_TRUE(succeeds(credentials));
  EXPECT_FALSE(credentials->session_token.empty());
  ASSERT_TRUE(credentials->expires_at);
  EXPECT_NEAR(*credentials->expires_at, Clock::system().wall_seconds() + 3600, 60);
}

TEST_F(StsContract, AWrongSecretIsDenied) {
  const auto result = aws::Sts::make(wrong_session(), options()).value().caller_identity({});
  if (peer_is("moto")) {
    EXPECT_TRUE(succeeds(result)) << "it has begun to check signatures: hold it to the contract";
  } else {
    EXPECT_TRUE(fails(result, ErrorKind::denied));
  }
}

}  // namespace
}  // namespace kinesight::contract
