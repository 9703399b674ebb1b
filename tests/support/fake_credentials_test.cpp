// Where the fake gives credentials out, and how another process steers it.
#include "support/fake_aws_fixture.h"

namespace kinesight::support {
namespace {

using testing::HasSubstr;

using FakeCredentialsTest = FakeAwsTest;

/// The text between <name> and </name>.
std::string element(const WireAnswer& answer, const std::string& name) {
  const auto start = answer.body.find('<' + name + '>') + name.size() + 2;
  return answer.body.substr(start, answer.body.find("</" + name) - start);
}

TEST_F(FakeCredentialsTest, StsGivesKeysThatTheFakeThenKnows) {
  const WireAnswer answer =
      sts("Action=AssumeRole&RoleArn=arn%3Aaws%3Aiam%3A%3A1%3Arole%2Fwatcher&"
          "RoleSessionName=night+shift&DurationSeconds=900");
  EXPECT_EQ(answer.status, 200);
  const auto key = aws_.keys().find(element(answer, "AccessKeyId"));
  ASSERT_TRUE(key);
  EXPECT_EQ(key->secret_key, element(answer, "SecretAccessKey"));
  EXPECT_EQ(key->session_token, element(answer, "SessionToken"));
  EXPECT_EQ(key->arn, "arn:aws:sts::000000000000:assumed-role/watcher/night shift");
  EXPECT_EQ(fake::iso_date(key->expires), element(answer, "Expiration"));
}

TEST_F(FakeCredentialsTest, StsRefusesWhatIsNotWhole) {
  EXPECT_THAT(sts("Action=AssumeRoleWithWebIdentity&RoleArn=r&RoleSessionName=s").body,
              HasSubstr("<Code>ValidationError</Code>"));
  EXPECT_THAT(sts("Action=AssumeRole&RoleArn=r&RoleSessionName=s&DurationSeconds=60").body,
              HasSubstr("<Code>ValidationError</Code>"));
  EXPECT_THAT(sts("Action=Fly").body, HasSubstr("<Code>InvalidAction</Code>"));
  aws_.faults().add({.kind = FaultKind::throttle, .service = "sts", .action = "AssumeRole", .count = 1});
  EXPECT_THAT(sts("Action=AssumeRole&RoleArn=r&RoleSessionName=s").body,
              HasSubstr("<Code>Throttling</Code>"));
  EXPECT_EQ(aws_.ledger().counts("sts:AssumeRole").seen, 2);
}

TEST_F(FakeCredentialsTest, TheInstanceAsksForATokenFirst) {
  const std::string roles = "/latest/meta-data/iam/security-credentials/";
  EXPECT_EQ(get("GET", roles).status, 401);
  const WireAnswer token =
      get("PUT", "/latest/api/token", {{"X-aws-ec2-metadata-token-ttl-seconds", "21600"}});
  const WireHeaders with_token = {{"X-aws-ec2-metadata-token", token.body}};
  const std::string role = get("GET", roles, with_token).body;
  const json credentials = json::parse(get("GET", roles + role, with_token).body);
  EXPECT_EQ(credentials["Code"], "Success");
  EXPECT_TRUE(aws_.keys().find(credentials["AccessKeyId"]));
  EXPECT_EQ(get("GET", roles + "none", with_token).status, 404);
}

TEST_F(FakeCredentialsTest, TheContainerShowsItsToken) {
  FakeAws pod({.container_token = "pod token"});
  const auto ask = [&](const std::string& token) {
    return WireClient(pod.port()).send("GET", "/v1/credentials", {{"Authorization", token}}, "");
  };
  EXPECT_EQ(ask("other").status, 401);
  const json credentials = json::parse(ask("pod token").body);
  EXPECT_TRUE(pod.keys().find(credentials["AccessKeyId"]));
  EXPECT_THAT(credentials["Expiration"].get<std::string>(), HasSubstr("T"));
}

TEST_F(FakeCredentialsTest, ADayLaterTheKeysAreExpired) {
  get("GET", "/v2/credentials/task");
  const auto key = aws_.keys().find("ASIAFAKE000000000001");
  ASSERT_TRUE(key);
  EXPECT_GT(key->expires, 0);
  aws_.keys().expire_temporary();
  EXPECT_EQ(aws_.keys().find("ASIAFAKE000000000001")->expires, 0);
}

TEST_F(FakeCredentialsTest, AnotherProcessSteersIt) {
  aws_.create_stream("events", 1);
  EXPECT_EQ(get("POST", "/_fake/faults", {}, R"([{"kind": "throttle", "action": "PutRecords", "count": 1}])")
                .status,
            200);
  EXPECT_EQ(put(2).status, 400);
  EXPECT_EQ(put(2).status, 200);
  const json ledger = json::parse(get("GET", "/_fake/ledger").body);
  EXPECT_EQ(ledger["record_count"], 2);
  EXPECT_EQ(ledger["records"][0]["partition_key"], "k0");
  EXPECT_EQ(ledger["actions"]["kinesis:PutRecords"]["faults"]["throttle"], 1);
  EXPECT_FALSE(json::parse(get("GET", "/_fake/ledger?entries=0").body).contains("records"));
  EXPECT_EQ(get("POST", "/_fake/faults", {}, R"({"kind": "sloth"})").status, 400);
  EXPECT_EQ(get("POST", "/_fake/faults?replace=1", {}, "[]").status, 200);
  EXPECT_EQ(get("POST", "/_fake/reset").status, 200);
  EXPECT_EQ(stored(), 0u);
  EXPECT_EQ(type(put(1)), "ResourceNotFoundException");
}

}  // namespace
}  // namespace kinesight::support
