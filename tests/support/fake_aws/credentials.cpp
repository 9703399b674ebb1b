#include "support/fake_aws/credentials.h"

#include <fmt/format.h>

namespace kinesight::support {

void KeyRing::add(KnownKey key) {
  const std::lock_guard lock(mutex_);
  keys_.insert_or_assign(key.access_key, std::move(key));
}

KnownKey KeyRing::issue(const std::string& arn, std::int64_t expires) {
  const std::lock_guard lock(mutex_);
  const int number = ++issued_;
  KnownKey key{.access_key = fmt::format("ASIAFAKE{:012}", number),
               .secret_key = fmt::format("fake-secret-{}", number),
               .session_token = fmt::format("fake/session+token=={}", number),
               .expires = expires,
               .arn = arn};
  keys_.insert_or_assign(key.access_key, key);
  return key;
}

std::optional<KnownKey> KeyRing::find(const std::string& access_key) const {
  const std::lock_guard lock(mutex_);
  const auto found = keys_.find(access_key);
  if (found == keys_.end()) return std::nullopt;
  return found->second;
}

void KeyRing::expire_temporary() {
  const std::lock_guard lock(mutex_);
  for (auto& [access_key, key] : keys_) {
    if (!key.session_token.empty()) key.expires = 0;
  }
}

}  // namespace kinesight::support
