#include "sim/kvs/quotas.h"

#include "sim/kvs/request.h"

namespace kinesight::sim::kvs {
namespace {

using nlohmann::json;
using Fragments = Limits::Fragments;

constexpr std::size_t kClipFragments = 200;
constexpr double kImagesBase = 400;
constexpr std::int64_t kImages = 50;
// AWS counts MaxMediaPlaylistFragmentResults; this is its default of live sessions, and their client's
// choice.
constexpr double kPlaylistFragments = 5;

double number(const json& request, const char* name, std::int64_t most, std::int64_t otherwise) {
  return static_cast<double>(read_integer(request, name, 1, most, otherwise).value_or(otherwise));
}

/// What a clip is going to hold; 0 for a request that is refused anyway.
double clip_fragments(const json& request, const Streams& streams, double now) {
  const auto archive = read_stream(request, streams, now);
  const auto selector = read_selector(request, "ClipFragmentSelector");
  if (!archive || !selector) return 0;
  return static_cast<double>(archive->range(*selector, kClipFragments).size());
}

}  // namespace

std::expected<void, Refusal> count_request(Limits& limits, const ApiCall& call, const Streams& streams,
                                           double now) {
  const auto& [operation, stream, request] = call;
  double metadata = 0;
  double media = 0;
  if (operation == "ListFragments") metadata = number(request, "MaxResults", 1000, 1000);
  if (operation == "GetClip") metadata = media = clip_fragments(request, streams, now);
  if (operation == "GetImages") {
    media = number(request, "MaxResults", 100, kImages);
    metadata = kImagesBase + media;
  }
  if (operation == "GetMediaForFragmentList") {
    const auto list = request.find("Fragments");
    if (list != request.end() && list->is_array()) media = static_cast<double>(list->size());
  }
  const auto counted = limits.count_fragments(Fragments::metadata, stream, metadata);
  return counted ? limits.count_fragments(Fragments::media, stream, media) : counted;
}

std::expected<void, Refusal> count_session_get(Limits& limits, std::string_view operation,
                                               const std::string& stream) {
  if (operation == "GetHLSMediaPlaylist")
    return limits.count_fragments(Fragments::metadata, stream, kPlaylistFragments);
  if (operation == "GetMP4MediaFragment" || operation == "GetTSFragment")
    return limits.count_fragments(Fragments::media, stream, 1);
  return {};
}

}  // namespace kinesight::sim::kvs
