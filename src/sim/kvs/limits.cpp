#include "sim/kvs/limits.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace kinesight::sim::kvs {
namespace {

// Sessions come and go: at most so many buckets are kept, those in use first.
constexpr std::size_t kMaxBuckets = 10'000;

/// Calls a second; 0 for no limit.
struct Limit {
  std::string_view operation;
  double account = 0;
  double subject = 0;
};

constexpr std::array kLimits = {
    Limit{"CreateStream", 50, 0},        Limit{"DeleteStream", 50, 5},
    Limit{"DescribeStream", 300, 5},     Limit{"GetDataEndpoint", 300, 5},
    Limit{"ListStreams", 50, 0},         Limit{"ListTagsForStream", 50, 5},
    Limit{"TagStream", 50, 5},           Limit{"UntagStream", 50, 5},
    Limit{"UpdateDataRetention", 50, 5}, Limit{"GetHLSStreamingSessionURL", 0, 25},
    Limit{"GetHLSMasterPlaylist", 0, 5}, Limit{"GetHLSMediaPlaylist", 0, 5},
    Limit{"GetMP4InitFragment", 0, 5},   Limit{"GetMP4MediaFragment", 0, 20},
    Limit{"GetTSFragment", 0, 20},
};

std::unexpected<Refusal> exceeded(std::string_view what, double a_second) {
  return refuse(
      400, "ClientLimitExceededException",
      fmt::format("Rate exceeded: {} is limited to {} a second. Try making the call later.", what, a_second));
}

}  // namespace

std::expected<void, Refusal> Limits::count_call(std::string_view operation, std::string_view subject) {
  const auto limit = std::ranges::find(kLimits, operation, &Limit::operation);
  if (limit == kLimits.end()) return {};
  std::lock_guard lock(mutex_);
  if (limit->subject > 0 && !take(fmt::format("{} {}", operation, subject), limit->subject, 1))
    return exceeded(operation, limit->subject);
  if (limit->account > 0 && !take(std::string(operation), limit->account, 1))
    return exceeded(operation, limit->account);
  return {};
}

std::expected<void, Refusal> Limits::count_fragments(Fragments quota, std::string_view stream,
                                                     double points) {
  const bool media = quota == Fragments::media;
  const char* name = media ? "fragment media" : "fragment metadata";
  const double a_second = media ? 500 : 10'000;
  std::lock_guard lock(mutex_);
  if (!take(fmt::format("{} {}", name, stream), a_second, points)) return exceeded(name, a_second);
  return {};
}

bool Limits::take(const std::string& name, double a_second, double points) {
  if (buckets_.size() >= kMaxBuckets) forget_full();
  const auto now = clock_.steady();
  Bucket& bucket = buckets_.try_emplace(name, Bucket{a_second, now, a_second}).first->second;
  bucket.tokens = std::min(a_second, bucket.tokens + to_seconds(now - bucket.filled) * a_second);
  bucket.filled = now;
  // One large call may have all of a full bucket, or a quota would forbid what AWS allows in one call.
  const double cost = std::min(points, a_second);
  if (bucket.tokens < cost) return false;
  bucket.tokens -= cost;
  return true;
}

void Limits::forget_full() {
  const auto now = clock_.steady();
  std::erase_if(buckets_, [&](const auto& entry) {
    const Bucket& bucket = entry.second;
    return bucket.tokens + to_seconds(now - bucket.filled) * bucket.a_second >= bucket.a_second;
  });
  // All in use at once: a limit that is forgotten is no harm.
  if (buckets_.size() >= kMaxBuckets) buckets_.clear();
}

}  // namespace kinesight::sim::kvs
