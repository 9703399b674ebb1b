// Several places to ask for credentials, one after the other.
#pragma once

#include <atomic>
#include <vector>

#include "aws/credentials/providers.h"

namespace kinesight::aws {

/// Asks its providers in order until one has credentials, and from then on that one alone: a service must not
/// change who it is because a file went away. not_found goes on to the next; any other error ends the search.
class ProviderChain final : public CredentialsProvider {
 public:
  explicit ProviderChain(std::vector<ProviderPtr> providers);

  std::string_view name() const override;
  /// Error not_found lists each place and why it has none.
  Result<Credentials> get(std::stop_token stop) override;
  void refused(const Credentials& refused) override;

 private:
  Result<Credentials> search(std::stop_token stop);

  const std::vector<ProviderPtr> providers_;
  std::atomic<CredentialsProvider*> found_ = nullptr;
};

/// The default chain, in botocore's order (boto3.amazonaws.com/v1/documentation/api/latest/guide/
/// credentials.html): environment, the profile's role, web identity, the profile's keys and program,
/// container, IMDS. Its credentials are kept and renewed (see CachedCredentials).
ProviderPtr make_default_chain(const Surroundings& surroundings);

}  // namespace kinesight::aws
