// What a simulated camera has sent, as a function of time: nothing is stored but the recording it loops.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "sim/kvs/faults.h"
#include "video/fragmenter.h"

namespace kinesight::sim::kvs {

/// One fragment as the service has it.
struct FragmentInfo {
  std::string number;  ///< 47 decimal digits, growing with server time; the same whenever it is asked for.
  double producer_time = 0;   ///< Unix seconds, whole milliseconds, by the camera's clock.
  double server_time = 0;     ///< Unix seconds, whole milliseconds: when its first byte arrived.
  double available_time = 0;  ///< Unix seconds: when it was whole, and could be had.
  double duration = 0;
  std::int64_t index = 0;    ///< Counts all fragments since the camera's start, those it never sent as well.
  std::int64_t ordinal = 0;  ///< Counts those that were sent: the next one's is one more.
  bool discontinuity = false;  ///< Footage is missing before it, or its initialization segment is another.
  int rendition = 0;           ///< Which initialization segment it goes with: Timeline::init().
  std::size_t bytes = 0;
};

/// The camera of one stream: it began to send at `start` and plays its recordings one after the other, again
/// and again. Faults of the camera (offline, gap, resolution, clock_skew) are overlays on that. Safe for any
/// number of threads.
class Timeline {
 public:
  /// `recordings` share their cuts (the same begin and duration of each fragment); the first is the usual
  /// one, the others are what the fault `resolution` changes to, in turn.
  Timeline(std::string stream, std::vector<std::shared_ptr<const video::FragmentedVideo>> recordings,
           double start, double upload_seconds, const Faults& faults);

  /// The fragments available at `now` whose producer (or server) time lies in [from, to], by that time; the
  /// first `limit` of those that arrived at `kept_since` (server time) or later.
  std::vector<FragmentInfo> range(double from, double to, bool by_server_time, double now,
                                  double kept_since = 0, std::size_t limit = SIZE_MAX) const;
  /// The newest `count` fragments available at `now`, oldest first.
  std::vector<FragmentInfo> newest(std::size_t count, double now) const;
  /// The first `count` fragments after the one of `index` that are available at `now`.
  std::vector<FragmentInfo> following(std::int64_t index, std::size_t count, double now) const;
  /// The fragment of a number, if it is available at `now`.
  std::optional<FragmentInfo> find(const std::string& number, double now) const;

  /// Seconds of the longest fragment.
  double longest() const;
  int renditions() const;
  const std::string& init(int rendition) const;
  const video::FragmentedVideo& recording(int rendition) const;
  /// moof + mdat, timed so that runs of fragments go on from one to the next.
  std::string media(const FragmentInfo& fragment) const;

 private:
  struct Impl;
  std::shared_ptr<const Impl> impl_;
};

}  // namespace kinesight::sim::kvs
