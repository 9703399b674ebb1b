#include "video/options_kvs.h"

#include <fmt/format.h>

#include "video/decode_option.h"
#include "video/footage.h"

namespace kinesight::video {
namespace {

using Problem = std::optional<std::string>;

/// What the service itself allows; an emulator behind an endpoint of one's own may take shorter sessions.
constexpr int kShortestSession = 300;
constexpr int kLongestSession = 43'200;

Problem session_too_short(const KvsOptions& options) {
  if (options.hls_session_seconds >= kShortestSession || !options.endpoint_url.empty()) return std::nullopt;
  return "at least 300 where endpoint_url is not set";
}

Problem margin_too_long(const KvsOptions& options) {
  if (2 * options.refresh_margin_seconds <= options.hls_session_seconds) return std::nullopt;
  return "at most half of hls_session_seconds";
}

Problem backoff_reversed(const KvsOptions& options) {
  if (options.backoff_max_seconds >= options.backoff_initial_seconds) return std::nullopt;
  return "at least backoff_initial_seconds";
}

}  // namespace

const config::Table& KvsOptions::table() {
  static const config::Table table =
      config::describe<KvsOptions>("kvs", "Live video from Amazon Kinesis Video Streams, by HLS.")
          .option("stream_name", &KvsOptions::stream_name, "The stream.")
          .required()
          .not_empty()
          .option("region", &KvsOptions::region,
                  "The AWS region of the stream. Empty: that of the environment or the AWS profile.")
          .choice("start_fragment_mode", &KvsOptions::start_fragment_mode, {{"NOW", StartFragment::now}},
                  "Where a session begins: with what the camera sends from now on.")
          .option("max_retries", &KvsOptions::max_retries,
                  "Quick tries of one round. After them the camera's state is error, and slow tries go on "
                  "for ever.")
          .range(0, 100)
          .option("retry_delay_sec", &KvsOptions::retry_delay_sec,
                  "Seconds between the quick tries of one round.")
          .range(0.1, 3600)
          .option(
              "hls_session_seconds", &KvsOptions::hls_session_seconds,
              "How long an HLS session lasts before it is made anew. Below 300 only with an endpoint_url.")
          .range(1, kLongestSession)
          .rule(session_too_short)
          .option("refresh_margin_seconds", &KvsOptions::refresh_margin_seconds,
                  "A session is made anew so long before it ends; at most half of hls_session_seconds.")
          .range(0, kLongestSession)
          .rule(margin_too_long)
          .option("backoff_initial_seconds", &KvsOptions::backoff_initial_seconds,
                  "The first wait before connecting again; each further one is twice as long, with jitter.")
          .range(0.1, 3600)
          .option("backoff_max_seconds", &KvsOptions::backoff_max_seconds,
                  "The longest wait before connecting again.")
          .range(0.1, 86'400)
          .rule(backoff_reversed)
          .option(
              "max_consecutive_errors", &KvsOptions::max_consecutive_errors,
              "After so many errors without a frame between them the connection is given up and made anew.")
          .range(1, 10'000)
          .option("endpoint_url", &KvsOptions::endpoint_url,
                  "An endpoint of one's own instead of AWS's: a VPC endpoint or an emulator.")
          .choice(
              "timestamps", &KvsOptions::timestamps,
              {{"PRODUCER_TIMESTAMP", TimestampType::producer}, {"SERVER_TIMESTAMP", TimestampType::server}},
              "Whose clock capture times are of: the camera's, or Kinesis Video Streams' at a fragment's "
              "arrival.")
          .choice("decode", &KvsOptions::decode, kDecodeWords, kDecodeHelp)
          .option("stall_seconds", &KvsOptions::stall_seconds,
                  "Without a new fragment for so long the camera is taken to be offline.")
          .range(2, 3600)
          .option("max_behind_seconds", &KvsOptions::max_behind_seconds,
                  "When more footage than this waits to be read, all but the newest fragment is skipped, "
                  "counted.")
          .range(1, 3600)
          .option("footage_before_seconds", &KvsOptions::footage_before_seconds,
                  "How much of the recording before an event belongs to it, in the GetClip request that the "
                  "event carries.")
          .range(0, kMaxFootageSeconds)
          .option("footage_after_seconds", &KvsOptions::footage_after_seconds,
                  "How much of the recording after an event belongs to it.")
          .range(0, kMaxFootageSeconds)
          .option(
              "backfill", &KvsOptions::backfill,
              "Watch later what was missed, from the stream's recording, while the machine has room for it.")
          .option("backfill_max_load", &KvsOptions::backfill_max_load,
                  "Share of the machine's processors above which watching later waits.")
          .range(0.05, 1)
          .option("backfill_max_age_hours", &KvsOptions::backfill_max_age_hours,
                  "What was missed longer ago is left alone; no more than the stream's retention.")
          .range(0.01, 87'600);
  return table;
}

/// GetClip: the footage of an event. ListFragments: what was missed, and when the service got what was seen.
/// DescribeStream: whether a stream without footage is there at all.
std::vector<aws::Permission> kvs_permissions(const config::Parsed& parsed) {
  const auto& options = parsed.as<KvsOptions>();
  const std::string region = options.region.empty() ? "*" : options.region;
  const std::string stream =
      options.stream_name.starts_with("arn:")
          ? options.stream_name
          : fmt::format("arn:aws:kinesisvideo:{}:*:stream/{}/*", region, options.stream_name);
  return {{.actions = {"kinesisvideo:GetDataEndpoint", "kinesisvideo:GetHLSStreamingSessionURL",
                       "kinesisvideo:GetClip", "kinesisvideo:ListFragments", "kinesisvideo:DescribeStream"},
           .resources = {stream}}};
}

}  // namespace kinesight::video
