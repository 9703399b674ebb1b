// A stream's footage as of a moment: what has arrived and what retention has left of it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "sim/kvs/answer.h"
#include "sim/kvs/streams.h"

namespace kinesight::sim::kvs {

/// Which fragments: by which of their times, from when to when, both included (Unix seconds).
struct TimeSelector {
  bool by_server_time = true;
  double from = 0;
  double to = 0;

  double time_of(const FragmentInfo& fragment) const {
    return by_server_time ? fragment.server_time : fragment.producer_time;
  }
  bool holds(const FragmentInfo& fragment) const {
    return from <= time_of(fragment) && time_of(fragment) <= to;
  }
};

/// One stream at `now`. A stream that no camera sends to has nothing.
class Archive {
 public:
  Archive(Stream stream, double now);

  const Stream& stream() const { return stream_; }
  double now() const { return now_; }
  bool retains() const { return stream_.retention_hours > 0; }

  /// The first `limit` that start in the selector's range, by their time.
  std::vector<FragmentInfo> range(const TimeSelector& selector, std::size_t limit = SIZE_MAX) const;
  /// The newest `count`, oldest first.
  std::vector<FragmentInfo> newest(std::size_t count) const;
  /// The first `count` that arrived after the one of `index`.
  std::vector<FragmentInfo> following(std::int64_t index, std::size_t count) const;
  std::optional<FragmentInfo> find(const std::string& number) const;

  /// Whether there is a timeline to ask for media.
  bool has_camera() const { return stream_.timeline != nullptr; }
  const Timeline& timeline() const { return *stream_.timeline; }

 private:
  void drop_expired(std::vector<FragmentInfo>& fragments) const;

  Stream stream_;
  double now_;
  double kept_since_;
};

}  // namespace kinesight::sim::kvs
