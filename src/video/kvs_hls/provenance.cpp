#include "video/kvs_hls/provenance.h"

#include <algorithm>
#include <cmath>

#include "video/footage.h"
#include "video/kvs_hls/fragment.h"

namespace kinesight::video::kvs_hls {
namespace {

constexpr auto kAfterFailure = std::chrono::minutes(1);
/// Playlists give milliseconds, ListFragments may give more.
constexpr double kSlackSeconds = 0.01;

std::int64_t ms(double seconds) { return std::llround(seconds * 1000); }

}  // namespace

nlohmann::json Provenance::of(const Frame& frame, std::stop_token stop) {
  if (!frame.footage) return nullptr;
  const Footage& footage = *frame.footage;
  nlohmann::json kvs = {{"stream_name", footage.stream},
                        {"fragment_ms", ms(footage.fragment_seconds)},
                        {"offset_ms", ms(frame.capture_time - footage.fragment_time)}};
  const bool by_server = footage.timestamp_type == "SERVER_TIMESTAMP";
  kvs[by_server ? "server_time_ms" : "producer_time_ms"] = ms(footage.fragment_time);
  if (is_stream_wide(footage.fragment_number)) {
    kvs["fragment_number"] = footage.fragment_number;
    look_up(footage, std::move(stop));
    if (listed_) {
      kvs["producer_time_ms"] = ms(listed_->producer_time);
      kvs["server_time_ms"] = ms(listed_->server_time);
    }
  }
  const auto clip = clip_request(kvs, {options_.footage_before_seconds, options_.footage_after_seconds});
  if (clip) kvs["clip"] = to_json(*clip);
  return {{"kvs", std::move(kvs)}};
}

void Provenance::look_up(const Footage& footage, std::stop_token stop) {
  if (asked_ == footage.fragment_number) return;
  listed_.reset();
  if (clock_.steady() < not_before_) return;
  asked_ = footage.fragment_number;
  const auto time =
      options_.timestamps == TimestampType::server ? aws::FragmentTime::server : aws::FragmentTime::producer;
  const auto listed = api_.list_fragments(
      time, {footage.fragment_time - kSlackSeconds, footage.fragment_time + kSlackSeconds}, std::move(stop));
  if (!listed) {
    not_before_ = clock_.steady() + kAfterFailure;
    return;
  }
  const auto found = std::ranges::find(*listed, footage.fragment_number, &aws::ListedFragment::number);
  if (found != listed->end()) listed_ = *found;
}

}  // namespace kinesight::video::kvs_hls
