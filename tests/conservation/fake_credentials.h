// The key that every fake of AWS knows.
#pragma once

#include "aws/credentials.h"
#include "support/fake_aws/credentials.h"

namespace kinesight::conservation {

/// Gives it out, for ever.
class FakeCredentials final : public aws::CredentialsProvider {
 public:
  std::string_view name() const override { return "the fake's"; }
  Result<aws::Credentials> get(std::stop_token) override {
    return aws::Credentials{
        support::kFakeAccessKey, Secret(support::kFakeSecretKey), Secret(), {}, "the fake's"};
  }
};

}  // namespace kinesight::conservation
