// The streams that the simulated service has, and their states.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "sim/kvs/answer.h"
#include "sim/kvs/timeline.h"

namespace kinesight::sim::kvs {

/// A stream as DescribeStream tells it.
struct Stream {
  std::string name;
  std::string arn;
  std::string status = "ACTIVE";  ///< CREATING, ACTIVE, UPDATING, DELETING.
  std::string version;            ///< 20 letters and digits.
  double created = 0;             ///< Unix seconds.
  int retention_hours = 0;
  std::string media_type = "video/h264";
  std::string kms_key_id = "arn:aws:kms:us-east-1:000000000000:alias/aws/kinesisvideo";
  std::map<std::string, std::string> tags;
  std::shared_ptr<const Timeline> timeline;  ///< Null for a stream that no camera sends to.
};

/// Whether a stream may be called so: 1 to 256 of a-z A-Z 0-9 _ . -
bool valid_stream_name(std::string_view name);

/// The registry. Streams are handed out as copies: a snapshot of the moment. Safe for any number of threads.
class Streams {
 public:
  Streams(std::string region, Clock& clock) : region_(std::move(region)), clock_(clock) {}

  /// ResourceInUseException when there is one of that name, AccountStreamLimitExceededException. A stream
  /// with a timeline is ACTIVE at once; one made through the API is CREATING for `transition_seconds`.
  std::expected<Stream, Refusal> create(Stream stream, double transition_seconds);
  /// By name or ARN, its status as of now. ResourceNotFoundException.
  std::expected<Stream, Refusal> find(const std::string& name_or_arn) const;
  /// All, by name.
  std::vector<Stream> list() const;
  /// DELETING, then gone. ResourceInUseException when it is not ACTIVE.
  std::expected<void, Refusal> remove(const std::string& name_or_arn, double transition_seconds);
  /// UPDATING with the new retention, then ACTIVE. ResourceInUseException when it is not ACTIVE.
  std::expected<void, Refusal> set_retention(const std::string& name_or_arn, int hours,
                                             double transition_seconds);
  /// Instead of those that it has.
  std::expected<void, Refusal> set_tags(const std::string& name_or_arn,
                                        std::map<std::string, std::string> tags);

 private:
  struct Entry {
    Stream stream;
    double settled_at = 0;  ///< Unix seconds: when the status it is in has passed.
  };

  // With mutex_ held. What time has brought about is entered when somebody looks.
  void settle(double now) const;
  Entry* entry_of(const std::string& name_or_arn) const;
  std::expected<void, Refusal> change(const std::string& name_or_arn, const char* status,
                                      double transition_seconds, const std::function<void(Stream&)>& edit);
  std::string next_version();

  const std::string region_;
  Clock& clock_;
  mutable std::mutex mutex_;
  mutable std::map<std::string, Entry> entries_;  ///< By name.
  std::uint64_t versions_ = 0;
};

}  // namespace kinesight::sim::kvs
