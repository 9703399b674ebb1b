// How many calls a second AWS allows, of each operation and stream, and how many fragments they may ask for.
// Source: AWS, "Amazon Kinesis Video Streams service quotas"
// (docs.aws.amazon.com/kinesisvideostreams/latest/dg/ limits.html), as of 2025.
#pragma once

#include <expected>
#include <map>
#include <mutex>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "sim/kvs/answer.h"

namespace kinesight::sim::kvs {

/// Token buckets that hold one second's worth. Safe for any number of threads.
class Limits {
 public:
  explicit Limits(Clock& clock) : clock_(clock) {}

  /// Counts a call of `operation` ("DescribeStream", "GetHLSMediaPlaylist") against its limits for the
  /// account and for `subject`: the stream's name, or of a session URL the session.
  /// ClientLimitExceededException.
  std::expected<void, Refusal> count_call(std::string_view operation, std::string_view subject);

  /// What archived media costs: each a quota that all operations on one stream share.
  enum class Fragments {
    metadata,  ///< 10,000 a second and stream.
    media,     ///< 500 a second and stream.
  };
  /// Counts `points` against a quota of `stream`. ClientLimitExceededException.
  std::expected<void, Refusal> count_fragments(Fragments quota, std::string_view stream, double points);

 private:
  struct Bucket {
    double tokens = 0;
    Clock::Steady filled{};
    double a_second = 0;
  };

  // With mutex_ held.
  bool take(const std::string& name, double a_second, double points);
  void forget_full();

  Clock& clock_;
  std::mutex mutex_;
  std::map<std::string, Bucket> buckets_;
};

}  // namespace kinesight::sim::kvs
