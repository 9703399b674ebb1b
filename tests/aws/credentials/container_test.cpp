#include "aws/credentials/world.h"

namespace kinesight::aws {
namespace {

using testing::AllOf;
using testing::HasSubstr;

constexpr const char* kFull = "AWS_CONTAINER_CREDENTIALS_FULL_URI";

class ContainerTest : public WorldTest {
 protected:
  Result<Credentials> get(std::stop_token stop = {}) const {
    return make_container_provider(surroundings_)->get(std::move(stop));
  }
};

TEST_F(ContainerTest, EcsAnswersAtItsAddress) {
  variables_["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"] = "/v2/credentials/x?id=1";
  variables_["AWS_CONTAINER_AUTHORIZATION_TOKEN"] = "PLANTED-token";
  local_network_->on("GET http://169.254.170.2/v2/credentials/x?id=1", 200, agent_answer("task"));
  const auto found = get();
  ASSERT_TRUE(found.has_value()) << found.error().message;
  EXPECT_EQ(found->access_key_id, "task");
  EXPECT_EQ(found->session_token.reveal(), "PLANTED-agent-token");
  EXPECT_DOUBLE_EQ(found->expires_at.value_or(0), clock_.wall_seconds() + 6 * 3600);
  EXPECT_EQ(local_network_->sent().at(0).header("Authorization"), "PLANTED-token");
  EXPECT_TRUE(network_->sent().empty()) << "a proxy would see the keys";
}

TEST_F(ContainerTest, EksReadsTheTokenFileAnewEachTime) {
  variables_[kFull] = "http://169.254.170.23/v1/credentials";
  variables_["AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"] = write("token", "one");
  local_network_->on("GET http://169.254.170.23/v1/credentials", 200, agent_answer("pod"));
  const auto provider = make_container_provider(surroundings_);
  ASSERT_TRUE(provider->get({}).has_value());
  write("token", "two\n");
  ASSERT_TRUE(provider->get({}).has_value());
  EXPECT_EQ(local_network_->sent().at(0).header("Authorization"), "one");
  EXPECT_EQ(local_network_->sent().at(1).header("Authorization"), "two");
}

TEST_F(ContainerTest, AsksOverPlainHttpOnlyTheAgentsAndThisMachine) {
  for (const std::string good :
       {"http://localhost:8080/c", "http://127.0.0.2/c", "http://[::1]:80/c", "http://169.254.170.2/c",
        "http://[fd00:ec2::23]/c", "https://example.com/c"}) {
    variables_[kFull] = good;
    local_network_->on("GET " + good, 200, agent_answer("k"));
    EXPECT_TRUE(get().has_value()) << good;
  }
  const auto before = local_network_->sent().size();
  for (const std::string bad :
       {"http://example.com/c", "http://169.254.169.254/c", "http://127.0.0.1.example.com/c",
        "http://localhost.example.com/c", "http://10.0.0.1/c"}) {
    variables_[kFull] = bad;
    EXPECT_THAT(error_of(get(), ErrorKind::invalid), HasSubstr(kFull)) << bad;
  }
  EXPECT_EQ(local_network_->sent().size(), before);
}

TEST_F(ContainerTest, TriesAgainAndThenSaysWhatItFound) {
  variables_[kFull] = "http://localhost/c";
  local_network_->on("GET http://localhost/c", 500, "PLANTED");
  EXPECT_THAT(error_of(get(), ErrorKind::unavailable), HasSubstr("found 500"));
  EXPECT_EQ(local_network_->sent().size(), 3U);
  local_network_->off("GET http://localhost/c");
  EXPECT_THAT(error_of(get(), ErrorKind::unavailable), HasSubstr("no connection"));
  local_network_->on("GET http://localhost/c", 403, "PLANTED");
  EXPECT_THAT(error_of(get(), ErrorKind::denied), HasSubstr("found 403"));
}

TEST_F(ContainerTest, AnAnswerThatIsNotAsItShouldBeShowsNothingOfIt) {
  variables_[kFull] = "http://localhost/c";
  for (const std::string body :
       {"PLANTED", "[]", R"({"AccessKeyId": "PLANTED"})",
        R"({"AccessKeyId": 1, "SecretAccessKey": "PLANTED"})",
        R"({"AccessKeyId":"a","SecretAccessKey":"PLANTED","Token":"PLANTED","Expiration":"PLANTED"})",
        R"({"AccessKeyId":"a","SecretAccessKey":"PLANTED","Token":"PLANTED"})"}) {
    local_network_->on("GET http://localhost/c", 200, body);
    EXPECT_THAT(error_of(get(), ErrorKind::corrupt), HasSubstr("expected")) << body;
  }
}

TEST_F(ContainerTest, ATokenThatWouldBreakTheHeaderIsRefused) {
  variables_[kFull] = "http://localhost/c";
  variables_["AWS_CONTAINER_AUTHORIZATION_TOKEN"] = "PLANTED\r\nX-Other: 1";
  EXPECT_THAT(error_of(get(), ErrorKind::invalid), HasSubstr("expected one line"));
  EXPECT_TRUE(local_network_->sent().empty());
}

}  // namespace
}  // namespace kinesight::aws
