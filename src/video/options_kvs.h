// kvs: {…}: the options of a camera that comes from Kinesis Video Streams by HLS.
#pragma once

#include <string>
#include <vector>

#include "aws/permission.h"
#include "config/table.h"
#include "video/frame_source.h"

namespace kinesight::video {

/// Where a session on a stream begins.
enum class StartFragment {
  now,  ///< With what the camera sends from now on.
};

/// Whose clock capture times are of.
enum class TimestampType {
  producer,  ///< The camera's.
  server,    ///< Kinesis Video Streams', when a fragment arrives there.
};

/// What a camera's `kvs` says.
struct KvsOptions {
  std::string stream_name;
  std::string region;
  StartFragment start_fragment_mode = StartFragment::now;
  int max_retries = 3;
  double retry_delay_sec = 5;
  int hls_session_seconds = 300;
  int refresh_margin_seconds = 30;
  double backoff_initial_seconds = 5;
  double backoff_max_seconds = 60;
  int max_consecutive_errors = 10;
  std::string endpoint_url;
  TimestampType timestamps = TimestampType::producer;
  DecodePolicy decode = DecodePolicy::automatic;
  double stall_seconds = 30;
  double max_behind_seconds = 30;
  double footage_before_seconds = 5;
  double footage_after_seconds = 5;
  bool backfill = false;
  double backfill_max_load = 0.7;
  double backfill_max_age_hours = 24;
  static const config::Table& table();
};

/// What a source with these options calls in AWS.
std::vector<aws::Permission> kvs_permissions(const config::Parsed& options);

}  // namespace kinesight::video
