// A cache in memory that fails when told to, and forgets when told to.
#pragma once

#include <map>
#include <mutex>
#include <string>

#include "base/clock.h"
#include "clips/cache.h"

namespace kinesight::clips {

class FakeCache final : public Cache {
 public:
  explicit FakeCache(Clock& clock) : clock_(clock) {}

  /// From now on every call fails with `error`; nothing: they work again.
  void fail_with(std::optional<Error> error) {
    std::lock_guard lock(mutex_);
    error_ = std::move(error);
  }
  void forget_all() {
    std::lock_guard lock(mutex_);
    values_.clear();
  }

  Result<std::optional<std::string>> get(const std::string& key) override {
    std::lock_guard lock(mutex_);
    if (error_) return std::unexpected(*error_);
    const Value* value = find(key);
    return value ? std::optional(value->text) : std::nullopt;
  }
  Result<> set(const std::string& key, const std::string& value, std::chrono::milliseconds lives) override {
    std::lock_guard lock(mutex_);
    if (error_) return std::unexpected(*error_);
    values_[key] = {value, clock_.steady() + lives};
    return {};
  }
  Result<bool> add(const std::string& key, const std::string& value,
                   std::chrono::milliseconds lives) override {
    std::lock_guard lock(mutex_);
    if (error_) return std::unexpected(*error_);
    if (find(key)) return false;
    values_[key] = {value, clock_.steady() + lives};
    return true;
  }
  Result<bool> prolong(const std::string& key, const std::string& value,
                       std::chrono::milliseconds lives) override {
    std::lock_guard lock(mutex_);
    if (error_) return std::unexpected(*error_);
    Value* held = find(key);
    if (!held || held->text != value) return false;
    held->until = clock_.steady() + lives;
    return true;
  }
  Result<bool> remove(const std::string& key, const std::string& value) override {
    std::lock_guard lock(mutex_);
    if (error_) return std::unexpected(*error_);
    const Value* held = find(key);
    return held && held->text == value && values_.erase(key) == 1;
  }
  Result<std::int64_t> increment(const std::string& key) override {
    std::lock_guard lock(mutex_);
    if (error_) return std::unexpected(*error_);
    Value* held = find(key);
    const std::int64_t sum = (held ? std::stoll(held->text) : 0) + 1;
    values_[key] = {std::to_string(sum), Clock::Steady::max()};
    return sum;
  }

 private:
  struct Value {
    std::string text;
    Clock::Steady until;
  };
  Value* find(const std::string& key) {
    const auto found = values_.find(key);
    return found == values_.end() || found->second.until <= clock_.steady() ? nullptr : &found->second;
  }

  Clock& clock_;
  std::mutex mutex_;
  std::optional<Error> error_;
  std::map<std::string, Value> values_;
};

}  // namespace kinesight::clips
