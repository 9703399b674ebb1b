#include "sim/kvs/operations.h"

#include <algorithm>
#include <array>
#include <cctype>

namespace kinesight::sim::kvs {
namespace {

using nlohmann::json;
using Url = const std::string&;

constexpr std::array kOperations = {
    Operation{"CreateStream", false,
              [](Planes planes, const json& request, Url) { return planes.control.create_stream(request); }},
    Operation{"ListStreams", false,
              [](Planes planes, const json& request, Url) { return planes.control.list_streams(request); }},
    Operation{
        "DescribeStream", false,
        [](Planes planes, const json& request, Url) { return planes.control.describe_stream(request); }},
    Operation{"GetDataEndpoint", false,
              [](Planes planes, const json& request, Url base_url) {
                return planes.control.get_data_endpoint(request, base_url);
              }},
    Operation{"UpdateDataRetention", false,
              [](Planes planes, const json& request, Url) {
                return planes.control.update_data_retention(request);
              }},
    Operation{"DeleteStream", false,
              [](Planes planes, const json& request, Url) { return planes.control.delete_stream(request); }},
    Operation{"TagStream", false,
              [](Planes planes, const json& request, Url) { return planes.control.tag_stream(request); }},
    Operation{"UntagStream", false,
              [](Planes planes, const json& request, Url) { return planes.control.untag_stream(request); }},
    Operation{
        "ListTagsForStream", false,
        [](Planes planes, const json& request, Url) { return planes.control.list_tags_for_stream(request); }},
    Operation{"GetHLSStreamingSessionURL", true,
              [](Planes planes, const json& request, Url base_url) {
                return planes.media.get_hls_streaming_session_url(request, {base_url});
              }},
    Operation{"ListFragments", true,
              [](Planes planes, const json& request, Url) { return planes.media.list_fragments(request); }},
    Operation{"GetMediaForFragmentList", true,
              [](Planes planes, const json& request, Url) {
                return planes.media.get_media_for_fragment_list(request);
              }},
    Operation{"GetClip", true,
              [](Planes planes, const json& request, Url) { return planes.media.get_clip(request); }},
    Operation{"GetImages", true,
              [](Planes planes, const json& request, Url) { return planes.media.get_images(request); }},
};

}  // namespace

std::string Operation::path() const {
  std::string text = "/" + std::string(name);
  text[1] = static_cast<char>(std::tolower(static_cast<unsigned char>(text[1])));
  return text;
}

const Operation* find_operation(std::string_view path) {
  const auto found =
      std::ranges::find_if(kOperations, [&](const Operation& each) { return each.path() == path; });
  return found == kOperations.end() ? nullptr : &*found;
}

std::string stream_name_of(const json& request) {
  const auto text = [&](const char* member) -> std::string {
    const auto found = request.find(member);
    return found != request.end() && found->is_string() ? found->get<std::string>() : std::string();
  };
  if (!request.is_object()) return {};
  if (std::string name = text("StreamName"); !name.empty()) return name;
  // arn:aws:kinesisvideo:region:account:stream/NAME/TIME
  const std::string arn = text("StreamARN");
  const auto begin = arn.find('/');
  if (begin == std::string::npos) return {};
  return arn.substr(begin + 1, arn.find('/', begin + 1) - begin - 1);
}

std::string session_operation(std::string_view path) {
  std::string name(path.substr(path.rfind('/') + 1));
  name = name.substr(0, name.find('.'));
  if (!name.empty()) name[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(name[0])));
  return name;
}

}  // namespace kinesight::sim::kvs
