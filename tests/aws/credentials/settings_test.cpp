// Region, endpoints, retries and transport, as the environment and the shared config files say.
#include <tuple>

#include "aws/config/client_settings.h"
#include "aws/config/endpoint.h"
#include "aws/config/region.h"
#include "aws/credentials/world.h"

namespace kinesight::aws {
namespace {

using testing::AllOf;
using testing::HasSubstr;

constexpr Service kKinesis{"Kinesis", "kinesis", "kinesis"};
constexpr Service kVideo{"Kinesis Video", "kinesisvideo", "kinesisvideo"};

class SettingsTest : public WorldTest {
 protected:
  SharedConfig shared() const {
    auto loaded = SharedConfig::load(surroundings_.environment);
    EXPECT_TRUE(loaded.has_value()) << (loaded ? "" : loaded.error().message);
    return loaded.value_or(SharedConfig{});
  }
  template <class T>
  static std::string shown(const Result<T>& result) {
    if (!result) return "error: " + result.error().message;
    if constexpr (std::is_same_v<T, Endpoint>) {
      return result->url + (result->overridden ? " (overridden)" : "");
    } else {
      return *result;
    }
  }
  std::string region(std::string_view configured = "") const {
    const auto config = shared();
    return shown(resolve_region(surroundings_.environment, &config, configured));
  }
  std::string endpoint(const Service& service, std::string_view configured = "",
                       std::string_view in = "us-east-1") const {
    const auto config = shared();
    return shown(resolve_endpoint(surroundings_.environment, &config, service, in, configured));
  }
};

TEST_F(SettingsTest, TheRegionComesFromTheFirstPlaceThatHasOne) {
  EXPECT_THAT(region(), AllOf(HasSubstr("found none"), HasSubstr("AWS_REGION"), HasSubstr("'default'")));
  write("config", "[default]\nregion = sa-east-1\n");
  EXPECT_EQ(region(), "sa-east-1");
  variables_["AWS_DEFAULT_REGION"] = "eu-west-1";
  EXPECT_EQ(region(), "eu-west-1");
  variables_["AWS_REGION"] = "eu-west-2";
  EXPECT_EQ(region(), "eu-west-2");
  EXPECT_EQ(region("us-east-2"), "us-east-2");
  variables_["AWS_REGION"] = "";
  EXPECT_EQ(region(), "eu-west-1");
}

TEST_F(SettingsTest, ARegionThatIsNoPartOfAHostNameIsRefused) {
  for (const char* bad : {"us east", "evil.example/", "-a", "a-", "US-EAST-1", "a@b"}) {
    EXPECT_THAT(region(bad), HasSubstr("expected a region such as us-east-1")) << bad;
  }
  variables_["AWS_REGION"] = "x.y";
  EXPECT_THAT(region(), HasSubstr("error: AWS_REGION"));
}

TEST_F(SettingsTest, ARegionHasItsPartitionsDomain) {
  EXPECT_EQ(endpoint(kKinesis), "https://kinesis.us-east-1.amazonaws.com");
  EXPECT_EQ(endpoint(kKinesis, "", "cn-north-1"), "https://kinesis.cn-north-1.amazonaws.com.cn");
  EXPECT_EQ(endpoint(kKinesis, "", "us-gov-west-1"), "https://kinesis.us-gov-west-1.amazonaws.com");
  EXPECT_EQ(endpoint(kKinesis, "", "us-iso-east-1"), "https://kinesis.us-iso-east-1.c2s.ic.gov");
  EXPECT_EQ(endpoint(kKinesis, "", "us-isob-east-1"), "https://kinesis.us-isob-east-1.sc2s.sgov.gov");
}

TEST_F(SettingsTest, TheEndpointComesFromTheFirstPlaceThatHasOne) {
  write("config", "[default]\nendpoint_url = http://profile\n");
  EXPECT_EQ(endpoint(kVideo), "http://profile (overridden)");
  write("config",
        "[default]\nendpoint_url = http://profile\nservices = mine\n[services mine]\nkinesis_video =\n  "
        "endpoint_url "
        "= http://section\n");
  EXPECT_EQ(endpoint(kVideo), "http://section (overridden)");
  EXPECT_EQ(endpoint(kKinesis), "http://profile (overridden)");
  variables_["AWS_ENDPOINT_URL"] = "http://all/path/";
  EXPECT_EQ(endpoint(kVideo), "http://all/path (overridden)");
  variables_["AWS_ENDPOINT_URL_KINESIS_VIDEO"] = "http://video:80";
  EXPECT_EQ(endpoint(kVideo), "http://video:80 (overridden)");
  EXPECT_EQ(endpoint(kKinesis), "http://all/path (overridden)");
  EXPECT_EQ(endpoint(kVideo, "http://option"), "http://option (overridden)");
}

TEST_F(SettingsTest, ConfiguredEndpointsCanBeIgnored) {
  variables_["AWS_ENDPOINT_URL"] = "http://all";
  variables_["AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"] = "True";
  EXPECT_EQ(endpoint(kKinesis), "https://kinesis.us-east-1.amazonaws.com");
  EXPECT_EQ(endpoint(kKinesis, "http://option"), "http://option (overridden)");
  variables_["AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"] = "yes";
  EXPECT_THAT(endpoint(kKinesis), HasSubstr("expected true or false"));
}

TEST_F(SettingsTest, AnEndpointThatIsNoUrlIsRefusedWithoutShowingIt) {
  variables_["AWS_ENDPOINT_URL_KINESIS"] = "https://user:PLANTED@host";
  EXPECT_THAT(endpoint(kKinesis),
              AllOf(HasSubstr("error: AWS_ENDPOINT_URL_KINESIS"), testing::Not(HasSubstr(kPlanted))));
  EXPECT_THAT(endpoint(kKinesis, "ftp://x"), HasSubstr("error: the configured endpoint_url"));
  EXPECT_THAT(endpoint(kKinesis, "http://x/?a=b"), HasSubstr("without a query"));
}

TEST_F(SettingsTest, AServicesSectionThatIsNotThereIsAnError) {
  const auto path = write("config", "[default]\nservices = mine\n");
  EXPECT_THAT(endpoint(kKinesis), AllOf(HasSubstr(path + ":2"), HasSubstr("[services mine]")));
  write("config", "[default]\nservices = mine\n[services mine]\nkinesis = http://flat\n");
  EXPECT_THAT(endpoint(kKinesis), HasSubstr("expected indented lines below `kinesis =`"));
  write("config",
        "[default]\nservices = mine\n[services mine]\nkinesis =\nendpoint_url = http://not-indented\n");
  EXPECT_THAT(endpoint(kKinesis), HasSubstr("expected indented lines below `kinesis =`"));
}

TEST_F(SettingsTest, AKeyThatWasIndentedByMistakeIsNotShown) {
  for (const char* key : {"region", "retry_mode", "max_attempts", "ca_bundle", "services", "endpoint_url",
                          "use_fips_endpoint", "ignore_configured_endpoint_urls"}) {
    write("config", fmt::format("[default]\n{} = x\n  aws_secret_access_key = PLANTED\n", key));
    std::string said = region() + endpoint(kKinesis);
    if (const auto retry = retry_settings(surroundings_.environment, shared(), surroundings_.note); !retry)
      said += retry.error().message;
    if (const auto transport = transport_settings(surroundings_.environment, shared()); !transport)
      said += transport.error().message;
    EXPECT_THAT(said, AllOf(HasSubstr("error"), testing::Not(HasSubstr(kPlanted)))) << key;
  }
}

TEST_F(SettingsTest, EndpointsThatAreNotSupportedAreRefusedNotIgnored) {
  variables_["AWS_USE_FIPS_ENDPOINT"] = "true";
  EXPECT_THAT(endpoint(kKinesis), HasSubstr("AWS_ENDPOINT_URL_KINESIS"));
  variables_["AWS_ENDPOINT_URL_KINESIS"] = "https://kinesis-fips.us-east-1.amazonaws.com";
  EXPECT_EQ(endpoint(kKinesis), "https://kinesis-fips.us-east-1.amazonaws.com (overridden)");
}

TEST_F(SettingsTest, RetriesAreSet) {
  const auto settings = [&] {
    return retry_settings(surroundings_.environment, shared(), surroundings_.note);
  };
  EXPECT_EQ(settings()->max_attempts, 3);
  write("config", "[default]\nmax_attempts = 7\nretry_mode = standard\n");
  EXPECT_EQ(settings()->max_attempts, 7);
  variables_["AWS_MAX_ATTEMPTS"] = "1";
  EXPECT_EQ(settings()->max_attempts, 1);
  EXPECT_TRUE(notes_.empty());
  variables_["AWS_RETRY_MODE"] = "adaptive";
  EXPECT_TRUE(settings().has_value());
  EXPECT_THAT(notes_, testing::ElementsAre(HasSubstr("AWS_RETRY_MODE: the retry mode adaptive")));
  for (const char* bad : {"0", "-1", "3x", "many", "99999999999"}) {
    variables_["AWS_MAX_ATTEMPTS"] = bad;
    EXPECT_FALSE(settings().has_value()) << bad;
  }
  variables_.erase("AWS_MAX_ATTEMPTS");
  variables_["AWS_RETRY_MODE"] = "fast";
  EXPECT_THAT(settings().error().message, HasSubstr("AWS_RETRY_MODE"));
}

TEST_F(SettingsTest, ProxiesAndAuthoritiesAreTaken) {
  const auto settings = [&] { return transport_settings(surroundings_.environment, shared()); };
  variables_["HTTPS_PROXY"] = "http://upper";
  variables_["https_proxy"] = "http://lower";
  variables_["HTTP_PROXY"] = "http://plain";
  variables_["NO_PROXY"] = "localhost";
  const auto bundle = write("ca.pem", "x");
  write("config", "[default]\nca_bundle = " + bundle + "\n");
  const auto options = settings();
  ASSERT_TRUE(options.has_value());
  EXPECT_EQ(options->https_proxy, "http://lower");
  EXPECT_EQ(options->http_proxy, "http://plain");
  EXPECT_EQ(options->no_proxy, "localhost");
  EXPECT_EQ(options->ca_bundle, bundle);
  variables_["AWS_CA_BUNDLE"] = bundle + ".absent";
  EXPECT_THAT(settings().error().message, HasSubstr("AWS_CA_BUNDLE"));
}

}  // namespace
}  // namespace kinesight::aws
