#include "contract/peer.h"

#include <fmt/format.h>

#include <cstdlib>
#include <random>

#include "net/curl_transport.h"
#include "support/fake_aws/fake_aws.h"

namespace kinesight::contract {
namespace {

class FixedCredentials final : public aws::CredentialsProvider {
 public:
  explicit FixedCredentials(aws::Credentials credentials) : credentials_(std::move(credentials)) {}
  std::string_view name() const override { return "contract"; }
  Result<aws::Credentials> get(std::stop_token) override { return credentials_; }

 private:
  const aws::Credentials credentials_;
};

std::string from_environment(const std::string& name, std::string otherwise = "") {
  const char* value = std::getenv(("KINESIGHT_CONTRACT_" + name).c_str());
  return value && *value ? value : otherwise;
}

}  // namespace

ContractTest::ContractTest(std::string_view service)
    : endpoint_url_(from_environment(std::string(service))), transport_(net::make_curl_transport({})) {
  if (endpoint_url_.empty()) {
    support::FakeAwsOptions options;
    options.creating = 2;
    fake_ = std::make_unique<support::FakeAws>(options);
    endpoint_url_ = fake_->url();
    access_key_ = support::kFakeAccessKey;
    secret_key_ = support::kFakeSecretKey;
  } else {
    peer_ = from_environment("PEER", "unnamed");
    access_key_ = from_environment("ACCESS_KEY", "kinesight-tests");
    secret_key_ = from_environment("SECRET_KEY", "kinesight-tests-secret");
  }
  session_ = make_session(secret_key_);
  wrong_session_ = make_session(secret_key_ + "-not");
}

ContractTest::~ContractTest() = default;

std::string ContractTest::unique(std::string_view stem) {
  static std::random_device entropy;
  return fmt::format("{}-{:08x}{:08x}", stem, entropy(), entropy());
}

std::unique_ptr<aws::Session> ContractTest::make_session(const std::string& secret_key) const {
  aws::Credentials credentials;
  credentials.access_key_id = access_key_;
  credentials.secret_access_key = Secret(secret_key);
  aws::Session::Parts parts;
  parts.transport = transport_;
  parts.credentials = std::make_shared<FixedCredentials>(std::move(credentials));
  return std::make_unique<aws::Session>(std::move(parts), Clock::system());
}

}  // namespace kinesight::contract
