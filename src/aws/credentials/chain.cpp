#include "aws/credentials/chain.h"

#include <utility>

#include "aws/credentials/cached.h"

namespace kinesight::aws {

ProviderChain::ProviderChain(std::vector<ProviderPtr> providers) : providers_(std::move(providers)) {}

std::string_view ProviderChain::name() const {
  const CredentialsProvider* found = found_.load();
  return found == nullptr ? "credentials chain" : found->name();
}

Result<Credentials> ProviderChain::get(std::stop_token stop) {
  CredentialsProvider* found = found_.load();
  if (found == nullptr) return search(std::move(stop));
  auto credentials = found->get(std::move(stop));
  if (!credentials && credentials.error().kind == ErrorKind::not_found) {
    return fail(ErrorKind::unavailable, "{} had AWS credentials before and has none now: {}", found->name(),
                credentials.error().message);
  }
  return credentials;
}

Result<Credentials> ProviderChain::search(std::stop_token stop) {
  std::string reasons;
  for (const ProviderPtr& provider : providers_) {
    auto credentials = provider->get(stop);
    if (credentials) {
      found_.store(provider.get());
      return credentials;
    }
    const Error& error = credentials.error();
    if (error.kind == ErrorKind::cancelled) return credentials;
    if (error.kind != ErrorKind::not_found) return wrap(error, provider->name());
    if (!reasons.empty()) reasons += "; ";
    reasons += fmt::format("{}: {}", provider->name(), error.message);
  }
  return fail(ErrorKind::not_found, "no AWS credentials in any place: {}", reasons);
}

void ProviderChain::refused(const Credentials& refused) {
  if (CredentialsProvider* found = found_.load()) found->refused(refused);
}

ProviderPtr make_default_chain(const Surroundings& surroundings) {
  auto chain = std::make_shared<ProviderChain>(std::vector<ProviderPtr>{
      make_environment_provider(surroundings.environment),
      make_role_provider(surroundings),
      make_web_identity_provider(surroundings),
      make_profile_keys_provider(surroundings),
      make_process_provider(surroundings),
      make_container_provider(surroundings),
      make_instance_metadata_provider(surroundings),
  });
  return std::make_shared<CachedCredentials>(std::move(chain), *surroundings.clock, surroundings.note);
}

}  // namespace kinesight::aws
