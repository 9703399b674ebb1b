#include <fmt/format.h>

#include <algorithm>

#include "sim/kvs/archived_operations.h"
#include "sim/kvs/request.h"

namespace kinesight::sim::kvs {
namespace {

constexpr std::size_t kMaxFragments = 1000;
constexpr std::size_t kMaxDigits = 128;
// AWS streams the answer at 25 MB a second and has no limit; this one is made in memory.
constexpr std::size_t kMaxBytes = 256UL * 1024 * 1024;

bool is_fragment_number(const nlohmann::json& one) {
  if (!one.is_string()) return false;
  const auto& text = one.get_ref<const std::string&>();
  return !text.empty() && text.size() <= kMaxDigits &&
         std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

/// All that were asked for, before any media is made: one that is not there spoils them all.
Read<std::vector<FragmentInfo>> read_fragments(const nlohmann::json& request, const Archive& archive) {
  const auto list = request.find("Fragments");
  if (list == request.end() || !list->is_array() || list->empty() || list->size() > kMaxFragments)
    return invalid_argument("Fragments must be a list of 1 to 1000 fragment numbers.");
  std::vector<FragmentInfo> fragments;
  std::size_t bytes = 0;
  for (const nlohmann::json& one : *list) {
    if (!is_fragment_number(one)) return invalid_argument("Fragments must hold strings of 1 to 128 digits.");
    auto found = archive.find(one.get<std::string>());
    if (!found) return not_found("Fragment " + one.get<std::string>() + " is not in the stream.");
    bytes += found->bytes;
    fragments.push_back(*std::move(found));
  }
  if (bytes > kMaxBytes)
    return refuse(
        400, "ClientLimitExceededException",
        fmt::format("{} bytes of media are more than {}: ask for fewer fragments.", bytes, kMaxBytes));
  return fragments;
}

Result<std::string> chunk(const FragmentInfo& fragment, const Timeline& timeline) {
  return video::mux_matroska(
      {timeline.init(fragment.rendition), {timeline.media(fragment)}},
      {{"AWS_KINESISVIDEO_FRAGMENT_NUMBER", fragment.number},
       {"AWS_KINESISVIDEO_SERVER_TIMESTAMP", fmt::format("{:.3f}", fragment.server_time)},
       {"AWS_KINESISVIDEO_PRODUCER_TIMESTAMP", fmt::format("{:.3f}", fragment.producer_time)}});
}

}  // namespace

Outcome get_media_for_fragment_list(const nlohmann::json& request, const Archive& archive) {
  const auto fragments = read_fragments(request, archive);
  if (!fragments) return std::unexpected(fragments.error());
  Answer answer{.body = "", .content_type = "video/webm"};
  for (const FragmentInfo& fragment : *fragments) {
    const auto media = chunk(fragment, archive.timeline());
    if (!media) return refuse(500, "InternalFailure", media.error().message);
    answer.body += *media;
  }
  return answer;
}

}  // namespace kinesight::sim::kvs
