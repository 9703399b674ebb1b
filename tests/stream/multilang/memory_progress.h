// Progress in memory, which fails by chance, before or after it was written: as a process that ends there.
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "base/rng.h"
#include "stream/multilang/progress.h"

namespace kinesight::stream::multilang {

/// Conditional as DynamoDB is.
class MemoryProgress final : public ProgressStore {
 public:
  explicit MemoryProgress(std::uint64_t seed = 1) : rng_(seed) {}

  Result<std::optional<Progress>> load(const std::string& shard, std::stop_token) override {
    const auto found = of.find(shard);
    return found == of.end() ? std::nullopt : std::optional(found->second);
  }
  Result<bool> save(const std::string& shard, const Progress& progress, std::int64_t seen,
                    std::stop_token) override {
    if (rng_.chance(failing)) return fail(ErrorKind::unavailable, "the progress fails, as it was told");
    const auto found = of.find(shard);
    if ((found == of.end() ? 0 : found->second.claims) != seen) return false;
    of[shard] = progress;
    if (rng_.chance(failing)) return fail(ErrorKind::unavailable, "the progress fails, as it was told");
    return true;
  }
  Result<> put_parts(const std::string& shard, std::int64_t claim, std::span<const std::string> parts,
                     std::stop_token) override {
    handed_over[{shard, claim}].assign(parts.begin(), parts.end());
    return {};
  }
  Result<std::vector<std::string>> parts(const std::string& shard, const HandOver& which,
                                         std::stop_token) override {
    auto found = handed_over[{shard, which.claim}];
    if (std::ssize(found) == which.parts) return found;
    return fail(ErrorKind::corrupt, "expected {} parts, found {}", which.parts, found.size());
  }

  std::map<std::string, Progress> of;
  std::map<std::pair<std::string, std::int64_t>, std::vector<std::string>> handed_over;
  double failing = 0;

 private:
  Rng rng_;
};

}  // namespace kinesight::stream::multilang
