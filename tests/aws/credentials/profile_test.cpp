// Credentials of profiles: keys, programs, roles and their sources.
#include "aws/credentials/world.h"

namespace kinesight::aws {
namespace {

using testing::AllOf;
using testing::HasSubstr;

class ProfileTest : public WorldTest {
 protected:
  ProfileTest() {
    variables_["AWS_REGION"] = "eu-west-1";
    variables_["AWS_EC2_METADATA_DISABLED"] = "true";
    // STS gives the name of the role as the access key id.
    network_->on(kStsUrl, [](const Sent& sent) {
      const auto at = sent.body.find("role%2F") + 7;
      return net::Response{
          200, {}, sts_answer("AssumeRole", sent.body.substr(at, sent.body.find('&', at) - at))};
    });
  }
  std::string id() const {
    const auto found = find();
    return found ? found->access_key_id : "error: " + found.error().message;
  }
};

TEST_F(ProfileTest, KeysOfTheCredentialsFileWinAndAreNotMixedWithTheOthers) {
  write("config", "[default]\naws_access_key_id = c\naws_secret_access_key = cs\naws_session_token = ct\n");
  EXPECT_EQ(find()->session_token.reveal(), "ct");
  write("credentials", "[default]\naws_access_key_id = k\naws_secret_access_key = ks\n");
  const auto found = find();
  EXPECT_EQ(found->access_key_id, "k");
  EXPECT_EQ(found->secret_access_key.reveal(), "ks");
  EXPECT_TRUE(found->session_token.empty());
  EXPECT_EQ(found->source, "profile 'default'");
}

TEST_F(ProfileTest, AKeyWithoutItsOtherHalfIsAnError) {
  const auto path = write("credentials", "[default]\naws_access_key_id = PLANTED\n");
  EXPECT_THAT(error_of(find(), ErrorKind::invalid),
              AllOf(HasSubstr(path + ":2"), HasSubstr("no aws_secret_access_key")));
}

TEST_F(ProfileTest, RenewedKeysAreReadWhenTheOldOnesAreRefused) {
  write("credentials", "[default]\naws_access_key_id = a\naws_secret_access_key = s\n");
  const auto chain = make_default_chain(surroundings_);
  const auto old = chain->get({});
  write("credentials", "[default]\naws_access_key_id = b\naws_secret_access_key = s\n");
  EXPECT_EQ(chain->get({})->access_key_id, "a");
  chain->refused(*old);
  EXPECT_EQ(chain->get({})->access_key_id, "b");
}

TEST_F(ProfileTest, ARoleIsTakenOnWithTheKeysOfItsSource) {
  write("config",
        "[default]\nrole_arn = arn:aws:iam::1:role/watch\nsource_profile = base\nexternal_id = e x\n"
        "role_session_name = s\nduration_seconds = 900\n");
  write("credentials", "[base]\naws_access_key_id = basekey\naws_secret_access_key = PLANTED\n");
  const auto found = find();
  ASSERT_TRUE(found.has_value()) << found.error().message;
  EXPECT_EQ(found->access_key_id, "watch");
  EXPECT_EQ(found->session_token.reveal(), "PLANTED-sts-token");
  EXPECT_DOUBLE_EQ(found->expires_at.value_or(0), clock_.wall_seconds() + 3600);
  EXPECT_EQ(found->source, "role arn:aws:iam::1:role/watch");
  const auto sent = network_->sent();
  ASSERT_EQ(sent.size(), 1U);
  EXPECT_EQ(
      sent[0].body,
      "Action=AssumeRole&Version=2011-06-15&RoleArn=arn%3Aaws%3Aiam%3A%3A1%3Arole%2Fwatch&RoleSessionName=s&"
      "DurationSeconds=900&ExternalId=e%20x");
  EXPECT_THAT(sent[0].header("Authorization"),
              HasSubstr("Credential=basekey/20270115/eu-west-1/sts/aws4_request"));
}

TEST_F(ProfileTest, RolesAreTakenOnOneAfterTheOther) {
  write("config",
        "[default]\nrole_arn = arn:aws:iam::1:role/c\nsource_profile = b\n"
        "[profile b]\nrole_arn = arn:aws:iam::1:role/b\nsource_profile = a\n"
        "[profile a]\naws_access_key_id = a\naws_secret_access_key = s\n");
  EXPECT_EQ(id(), "c");
  const auto sent = network_->sent();
  ASSERT_EQ(sent.size(), 2U);
  EXPECT_THAT(sent[0].header("Authorization"), HasSubstr("Credential=a/"));
  EXPECT_THAT(sent[1].header("Authorization"), HasSubstr("Credential=b/"));
  EXPECT_EQ(sent[1].header("X-Amz-Security-Token"), "PLANTED-sts-token");
}

TEST_F(ProfileTest, AProfileMayHoldItsRoleAndItsKeys) {
  write("config",
        "[default]\nrole_arn = arn:aws:iam::1:role/r\nsource_profile = default\naws_access_key_id = "
        "k\naws_secret_access_key = s\n");
  EXPECT_EQ(id(), "r");
}

TEST_F(ProfileTest, ACircleOfSourcesIsAnError) {
  const auto path = write("config",
                          "[default]\nrole_arn = arn:aws:iam::1:role/a\nsource_profile = b\n"
                          "[profile b]\nrole_arn = arn:aws:iam::1:role/b\nsource_profile = default\n");
  EXPECT_THAT(error_of(find(), ErrorKind::invalid),
              AllOf(HasSubstr("default → b → default"), HasSubstr(path + ":6")));
  write("config", "[default]\nrole_arn = arn:aws:iam::1:role/a\nsource_profile = default\n");
  EXPECT_THAT(error_of(find(), ErrorKind::invalid), HasSubstr("default → default"));
}

TEST_F(ProfileTest, ARoleTakesItsSourceFromANamedPlace) {
  write("config", "[default]\nrole_arn = arn:aws:iam::1:role/r\ncredential_source = EcsContainer\n");
  variables_["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"] = "/x";
  local_network_->on("GET http://169.254.170.2/x", 200, agent_answer("task"));
  EXPECT_EQ(id(), "r");
  EXPECT_THAT(network_->sent().at(0).header("Authorization"), HasSubstr("Credential=task/"));
}

TEST_F(ProfileTest, WhatIsWrongWithARoleIsSaid) {
  const std::string role = "[default]\nrole_arn = arn:aws:iam::1:role/r\n";
  const std::vector<std::pair<std::string, std::string>> cases{
      {"", "source_profile or credential_source for the role, found neither"},
      {"source_profile = a\ncredential_source = Environment\n", "found both"},
      {"source_profile = absent\n", "names the profile 'absent', which is not in"},
      {"credential_source = Moon\n", "found 'Moon'"},
      {"source_profile = default\nmfa_serial = m\n", "mfa_serial"},
      {"source_profile = default\nduration_seconds = 60\n", "from 900 to 43200, found '60'"},
      {"source_profile = default\nduration_seconds = long\n", "found 'long'"},
  };
  for (const auto& [settings, expected] : cases) {
    const auto path = write("config", role + settings);
    EXPECT_THAT(error_of(find(), ErrorKind::invalid), AllOf(HasSubstr(expected), HasSubstr(path)))
        << settings;
  }
}

TEST_F(ProfileTest, AKeyThatWasIndentedByMistakeIsNotShown) {
  const std::string below = "\n  aws_secret_access_key = PLANTED\n";
  const std::string role = "[default]\nrole_arn = arn:aws:iam::1:role/r\n";
  for (const std::string& settings : std::vector<std::string>{
           role + "source_profile = x" + below, role + "credential_source = x" + below,
           role + "source_profile = default\nduration_seconds = 900" + below,
           "[default]\nsource_profile = default\nrole_arn = r" + below,
           "[default]\nrole_arn = r\nweb_identity_token_file = x" + below,
           "[default]\ncredential_process = false" + below, "[default]\nsso_session = x" + below}) {
    write("config", settings);
    const auto found = find();
    ASSERT_FALSE(found.has_value()) << settings;
    EXPECT_THAT(found.error().message, testing::Not(HasSubstr(kPlanted))) << settings;
  }
}

TEST_F(ProfileTest, ARefusalOfStsEndsTheSearchWithItsReason) {
  write("config", "[default]\nrole_arn = arn:aws:iam::1:role/r\nsource_profile = default\n");
  write("credentials", "[default]\naws_access_key_id = k\naws_secret_access_key = PLANTED\n");
  network_->on(
      kStsUrl, 403,
      "<ErrorResponse><Error><Code>AccessDenied</Code><Message>not you</Message></Error></ErrorResponse>");
  EXPECT_THAT(error_of(find(), ErrorKind::denied), AllOf(HasSubstr("AssumeRole"), HasSubstr("AccessDenied")));
}

TEST_F(ProfileTest, AnAnswerThatIsNotAsItShouldBeShowsNothingOfIt) {
  write("config", "[default]\nrole_arn = arn:aws:iam::1:role/r\nsource_profile = default\n");
  write("credentials", "[default]\naws_access_key_id = k\naws_secret_access_key = s\n");
  for (const std::string body :
       {"PLANTED", "<a><b>PLANTED</b></a>", "<AssumeRoleResponse><AssumeRoleResult><Credentials>",
        "<AssumeRoleResponse><AssumeRoleResult><Credentials><AccessKeyId>k</"
        "AccessKeyId><SecretAccessKey>PLANTED"
        "</SecretAccessKey></Credentials></AssumeRoleResult></AssumeRoleResponse>"}) {
    network_->on(kStsUrl, 200, body);
    EXPECT_THAT(error_of(find(), ErrorKind::corrupt), HasSubstr("AssumeRole")) << body;
  }
}

TEST_F(ProfileTest, WhatNeedsAPersonIsRefusedWithAdvice) {
  const auto path = write("config", "[default]\nsso_session = s\nsso_account_id = 1\n");
  EXPECT_THAT(error_of(find(), ErrorKind::invalid),
              AllOf(HasSubstr(path + ":2"), HasSubstr("sign in"), HasSubstr("export-credentials")));
}

TEST_F(ProfileTest, AProgramIsRunForItsAnswer) {
  const auto answer = write("answer", R"({"Version": 1, "AccessKeyId": "p", "SecretAccessKey": "s"})");
  write("config", "[default]\ncredential_process = cat '" + answer + "'\n");
  EXPECT_EQ(id(), "p");
  EXPECT_FALSE(find()->expires_at.has_value());
}

TEST_F(ProfileTest, AProgramThatFailsIsAnError) {
  const auto answer = write("answer", R"({"Version": 2, "AccessKeyId": "p", "SecretAccessKey": "PLANTED"})");
  write("config", "[default]\ncredential_process = cat " + answer + "\n");
  EXPECT_THAT(error_of(find(), ErrorKind::corrupt), HasSubstr("Version 1"));
  write("config", "[default]\ncredential_process = false PLANTED\n");
  EXPECT_THAT(error_of(find(), ErrorKind::unavailable), HasSubstr("the program failed"));
  write("config", "[default]\ncredential_process = 'open\n");
  EXPECT_THAT(error_of(find(), ErrorKind::invalid), HasSubstr("expected a closing '"));
}

}  // namespace
}  // namespace kinesight::aws
