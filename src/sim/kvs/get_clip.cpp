#include <algorithm>

#include "sim/kvs/archived_operations.h"
#include "sim/kvs/request.h"

namespace kinesight::sim::kvs {
namespace {

// "The output will contain the first 100 MB or the first 200 fragments from the specified start timestamp."
constexpr std::size_t kMaxFragments = 200;
constexpr std::size_t kMaxBytes = 100'000'000;

Read<TimeSelector> read_range(const nlohmann::json& request, double now) {
  const auto selector = read_selector(request, "ClipFragmentSelector");
  if (!selector) return selector;
  return check_playable_range(*selector, now);
}

/// As many as fit, the first one always. Nothing tells the client that there are more.
std::vector<FragmentInfo> that_fit(std::vector<FragmentInfo> fragments) {
  std::size_t bytes = 0;
  std::size_t count = 0;
  for (const FragmentInfo& fragment : fragments) {
    bytes += fragment.bytes;
    if (count > 0 && bytes > kMaxBytes) break;
    ++count;
  }
  fragments.resize(count);
  return fragments;
}

}  // namespace

Outcome get_clip(const nlohmann::json& request, const Archive& archive) {
  const auto selector = read_range(request, archive.now());
  if (!selector) return std::unexpected(selector.error());
  if (!archive.retains()) return refuse(400, "NoDataRetentionException", "The stream does not retain data.");
  const std::vector<FragmentInfo> fragments = that_fit(archive.range(*selector, kMaxFragments));
  if (fragments.empty()) return not_found("No fragments found in the stream for the clip request.");
  const int rendition = fragments.front().rendition;
  if (std::ranges::any_of(fragments, [&](const FragmentInfo& one) { return one.rendition != rendition; }))
    return refuse(400, "InvalidCodecPrivateDataException",
                  "The codec private data changes between the clip's fragments.");
  video::FragmentRun run{archive.timeline().init(rendition), {}};
  for (const FragmentInfo& fragment : fragments) run.media.push_back(archive.timeline().media(fragment));
  auto clip = video::mux_mp4(run);
  if (!clip) return refuse(400, "InvalidMediaFrameException", clip.error().message);
  return Answer{.body = *std::move(clip), .content_type = "video/mp4"};
}

}  // namespace kinesight::sim::kvs
