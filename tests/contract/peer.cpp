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

std::unique_ptr<support::FakeAws> start_fake() {
  support::FakeAwsOptions options;
  options.creating = 2;
  return std::make_unique<support::FakeAws>(options);
}

PeerAddress address_of(const support::FakeAws& fake) {
  return {"fake", fake.url(), std::string(support::kFakeAccessKey), std::string(support::kFakeSecretKey)};
}

}  // namespace

std::optional<PeerAddress> named_peer(std::string_view service) {
  std::string url = from_environment(std::string(service));
  if (url.empty()) return std::nullopt;
  return PeerAddress{from_environment("PEER", "unnamed"), std::move(url),
                     from_environment("ACCESS_KEY", "kinesight-tests"),
                     from_environment("SECRET_KEY", "kinesight-tests-secret")};
}

ContractTest::ContractTest(std::string_view service)
    : ContractTest(named_peer(service) ? nullptr : start_fake(), service) {}

ContractTest::ContractTest(std::unique_ptr<support::FakeAws> fake, std::string_view service)
    : ContractTest(fake ? address_of(*fake) : named_peer(service).value()) {
  fake_ = std::move(fake);
}

ContractTest::ContractTest(PeerAddress peer)
    : peer_(std::move(peer)),
      transport_(net::make_curl_transport({})),
      session_(make_session(peer_.secret_key)),
      wrong_session_(make_session(peer_.secret_key + "-not")) {}

ContractTest::~ContractTest() = default;

std::string ContractTest::unique(std::string_view stem) {
  static std::random_device entropy;
  return fmt::format("{}-{:08x}{:08x}", stem, entropy(), entropy());
}

std::unique_ptr<aws::Session> ContractTest::make_session(const std::string& secret_key) const {
  aws::Credentials credentials;
  credentials.access_key_id = peer_.access_key;
  credentials.secret_access_key = Secret(secret_key);
  aws::Session::Parts parts;
  parts.transport = transport_;
  parts.credentials = std::make_shared<FixedCredentials>(std::move(credentials));
  return std::make_unique<aws::Session>(std::move(parts), Clock::system());
}

}  // namespace kinesight::contract
