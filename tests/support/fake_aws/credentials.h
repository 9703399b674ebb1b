// The access keys that the fake knows.
#pragma once

#include <cstdint>
#include <limits>
#include <map>
#include <mutex>
#include <optional>
#include <string>

namespace kinesight::support {

/// The key that every fake knows. AWS's documents show it as an example; it opens nothing.
inline constexpr const char* kFakeAccessKey = "AKIAIOSFODNN7EXAMPLE";
inline constexpr const char* kFakeSecretKey = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";

/// A key as its issuer knows it.
struct KnownKey {
  std::string access_key{};
  std::string secret_key{};
  std::string session_token{};                                      ///< Empty for a key of long life.
  std::int64_t expires = std::numeric_limits<std::int64_t>::max();  ///< Unix seconds.
  std::string arn = "arn:aws:iam::000000000000:user/fake";          ///< Whose it is.
};

/// The keys by their access key. Thread-safe.
class KeyRing {
 public:
  KeyRing() { add({.access_key = kFakeAccessKey, .secret_key = kFakeSecretKey}); }

  /// A key of that access key is replaced.
  void add(KnownKey key);
  /// Makes a temporary key; each call another.
  KnownKey issue(const std::string& arn, std::int64_t expires);
  std::optional<KnownKey> find(const std::string& access_key) const;
  /// Lets all temporary keys be expired.
  void expire_temporary();

 private:
  mutable std::mutex mutex_;
  std::map<std::string, KnownKey> keys_;
  int issued_ = 0;
};

}  // namespace kinesight::support
