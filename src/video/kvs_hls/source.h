// source kind `kvs`: live video from Kinesis Video Streams over HLS, and its recordings.
#pragma once

#include <memory>
#include <optional>

#include "base/rng.h"
#include "video/frame_source.h"
#include "video/kvs_hls/connection_state.h"
#include "video/options_kvs.h"

namespace kinesight::video::kvs_hls {

/// A span of a stream's recording, in the time of KvsOptions::timestamps: Unix seconds.
struct ReplayRange {
  double begin = 0;
  double end = 0;
};

/// Counts since the source was made.
struct KvsHlsMetrics {
  std::uint64_t frames = 0;  ///< Handed out.
  std::uint64_t reconnects = 0;
  std::uint64_t url_refreshes = 0;  ///< Sessions opened in place of one that was about to end or had ended.
  std::uint64_t read_errors = 0;
  double last_frame_time = 0;  ///< Capture time, Unix seconds; 0 before the first.
};

/// Reads one stream. FrameSource's contract, and: the same source is open()ed again after an error, so that
/// no fragment is handed out twice and what was missed between is told as a Gap. open() makes the quick tries
/// of a round; retry_after() says when the next round is due.
class KvsHlsSource final : public FrameSource {
 public:
  /// Live without `range`. `rng` draws the jitter.
  KvsHlsSource(KvsOptions options, SourceContext context, Rng rng, std::optional<ReplayRange> range = {});
  ~KvsHlsSource() override;

  Result<> open(std::stop_token stop) override;
  Result<std::optional<Frame>> read(std::stop_token stop) override;
  std::optional<Clock::Duration> retry_after() override;
  bool is_healthy() const override;
  /// {"kvs": {stream_name, fragment_number, producer_time_ms, server_time_ms, offset_ms, …}}; times that
  /// cannot be found out are left away.
  nlohmann::json provenance(const Frame& frame, std::stop_token stop) override;
  void limit(DecodePolicy most) override;
  bool live() const override;
  std::string describe() const override;
  SourceCounters counters() const override;

  /// May be called from any thread, as may is_healthy() and metrics().
  ConnectionState state() const;
  KvsHlsMetrics metrics() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace kinesight::video::kvs_hls
