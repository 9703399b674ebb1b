// What the replicas of the clip service share, as long as it is there: Redis. Everything in it can be lost at
// any time; whoever asks has a way without.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "base/result.h"

namespace kinesight::clips {

/// Texts by key, each with a time to live. Safe for any number of threads. Errors of all calls: unavailable
/// (no connection, no answer in time: at once while the last failure is young), denied (the password, the
/// user), corrupt (an answer that is none), invalid (what the key holds is of another type).
class Cache {
 public:
  virtual ~Cache() = default;

  /// The value; nothing when there is none.
  virtual Result<std::optional<std::string>> get(const std::string& key) = 0;
  virtual Result<> set(const std::string& key, const std::string& value, std::chrono::milliseconds lives) = 0;
  /// As set(), but false when there is a value already.
  virtual Result<bool> add(const std::string& key, const std::string& value,
                           std::chrono::milliseconds lives) = 0;
  /// Lets the key live for `lives` from now on if its value is `value`; false when it is another, or gone.
  virtual Result<bool> prolong(const std::string& key, const std::string& value,
                               std::chrono::milliseconds lives) = 0;
  /// Removes the key if its value is `value`; false when it is another, or gone.
  virtual Result<bool> remove(const std::string& key, const std::string& value) = 0;
  /// Adds one to the number that the key holds (0 without one) and gives the sum. It lives for ever.
  virtual Result<std::int64_t> increment(const std::string& key) = 0;
};

/// A text that nobody else has: says who holds a key that several want.
std::string holder_token();

}  // namespace kinesight::clips
