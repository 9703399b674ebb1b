#include "aws/config/shared_config.h"

#include "aws/credentials/world.h"

namespace kinesight::aws {
namespace {

using testing::AllOf;
using testing::HasSubstr;

class SharedConfigTest : public WorldTest {
 protected:
  SharedConfig load() const {
    auto shared = SharedConfig::load(surroundings_.environment);
    EXPECT_TRUE(shared.has_value()) << (shared ? "" : shared.error().message);
    return shared.value_or(SharedConfig{});
  }
  std::string error() const {
    const auto shared = SharedConfig::load(surroundings_.environment);
    EXPECT_FALSE(shared.has_value());
    return shared ? "" : shared.error().message;
  }
  static std::string text(const Profile* profile, std::string_view key) {
    const Setting* setting = profile == nullptr ? nullptr : profile->find(key);
    return setting == nullptr ? "(none)" : setting->text();
  }
};

TEST_F(SharedConfigTest, FilesThatAreNotThereAreNoError) {
  const SharedConfig shared = load();
  EXPECT_EQ(shared.profile_name(), "default");
  EXPECT_EQ(shared.active().find("region"), nullptr);
  EXPECT_THAT(shared.places(),
              AllOf(HasSubstr(".aws/credentials (not there)"), HasSubstr(".aws/config (not there)")));
}

TEST_F(SharedConfigTest, WithoutAHomeFolderThereAreNoFiles) {
  variables_.erase("HOME");
  EXPECT_THAT(load().places(), HasSubstr("HOME is not set"));
}

TEST_F(SharedConfigTest, MergesBothFilesAndTheCredentialsFileWins) {
  write("config", "[default]\nregion = a\noutput = c\n[profile night]\nregion = n\n");
  write("credentials", "[default]\nregion = b\n[night]\nendpoint_url = u\n");
  const SharedConfig shared = load();
  EXPECT_EQ(text(&shared.active(), "region"), "b");
  EXPECT_EQ(text(&shared.active(), "output"), "c");
  EXPECT_EQ(text(shared.find("night"), "region"), "n");
  EXPECT_EQ(text(shared.find("night"), "endpoint_url"), "u");
}

TEST_F(SharedConfigTest, KnowsSectionsByTheirNames) {
  write("config",
        "[night]\nregion = no profile\n[profile 'at dawn']\nregion = d\n[services s]\nx = 1\n[sso-session "
        "s]\ny = "
        "2\n[default]\nregion = lesser\n[profile default]\nregion = greater\n");
  const SharedConfig shared = load();
  EXPECT_EQ(shared.find("night"), nullptr);
  EXPECT_EQ(text(shared.find("at dawn"), "region"), "d");
  EXPECT_EQ(text(&shared.active(), "region"), "greater");
  ASSERT_NE(shared.services("s"), nullptr);
  EXPECT_TRUE(shared.services("s")->contains("x"));
}

TEST_F(SharedConfigTest, TakesTheFilesAndTheProfileThatTheEnvironmentNames) {
  variables_["AWS_CONFIG_FILE"] = write("other", "[profile night]\nregion = o\n");
  variables_["AWS_SHARED_CREDENTIALS_FILE"] = "~/.aws/keys";
  write("keys", "[night]\naws_access_key_id = k\n");
  variables_["AWS_PROFILE"] = "night";
  const SharedConfig shared = load();
  EXPECT_EQ(shared.profile_name(), "night");
  EXPECT_EQ(text(&shared.active(), "region"), "o");
  EXPECT_EQ(text(&shared.active(), "aws_access_key_id"), "k");
}

TEST_F(SharedConfigTest, AnUnknownProfileIsAnErrorThatSaysWhereItWasLookedFor) {
  const auto path = write("config", "[profile night]\n");
  variables_["AWS_PROFILE"] = "nihgt";
  EXPECT_THAT(error(), AllOf(HasSubstr("AWS_PROFILE"), HasSubstr("'nihgt'"), HasSubstr(path)));
}

TEST_F(SharedConfigTest, ABrokenFileIsAnErrorWithItsLine) {
  const auto path = write("credentials", "[default]\naws_secret_access_key PLANTED\n");
  EXPECT_THAT(error(), AllOf(HasSubstr(path + ":2:"), testing::Not(HasSubstr(kPlanted))));
}

TEST_F(SharedConfigTest, AFileThatCannotBeReadIsAnErrorAndNotAnEmptyOne) {
  std::filesystem::create_directories(home_.path() / ".aws" / "config");
  EXPECT_THAT(error(), HasSubstr("expected a file, found a folder"));
}

}  // namespace
}  // namespace kinesight::aws
