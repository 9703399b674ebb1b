#include "sim/kvs/control_plane.h"

#include <fmt/format.h>

#include <algorithm>
#include <regex>
#include <utility>
#include <vector>

#include "base/base64.h"

namespace kinesight::sim::kvs {
namespace {

using nlohmann::json;
using Tags = std::map<std::string, std::string>;

constexpr int kLongestRetentionHours = 87'600;  // Ten years.
constexpr std::size_t kMaxTags = 50;

json shown(const Stream& stream) {
  json info = {{"StreamName", stream.name},
               {"StreamARN", stream.arn},
               {"KmsKeyId", stream.kms_key_id},
               {"Version", stream.version},
               {"Status", stream.status},
               {"CreationTime", stream.created},
               {"DataRetentionInHours", stream.retention_hours}};
  if (!stream.media_type.empty()) info["MediaType"] = stream.media_type;
  return info;
}

Answer answer(const json& body) { return {.body = body.dump()}; }

std::size_t characters(std::string_view utf8) {
  return static_cast<std::size_t>(std::ranges::count_if(utf8, [](char c) { return (c & 0xC0) != 0x80; }));
}

/// "video/h264,audio/aac"
bool valid_media_type(std::string_view text) {
  static const std::regex pattern(R"([\w.+-]+/[\w.+-]+(,[\w.+-]+/[\w.+-]+)*)");
  return text.size() <= 128 && std::regex_match(text.begin(), text.end(), pattern);
}

Read<Tags> read_tags(const json& request, Tags tags) {
  const auto given = read_object(request, "Tags");
  if (!given) return std::unexpected(given.error());
  for (const auto& [key, value] : given->items()) {
    if (!value.is_string() || key.empty() || characters(key) > 128 ||
        characters(value.get_ref<const std::string&>()) > 256)
      return invalid_argument("Tags must be keys of 1 to 128 and values of 0 to 256 characters.");
    tags[key] = value.get<std::string>();
  }
  if (tags.size() > kMaxTags) {
    return refuse(400, "TagsPerResourceExceededLimitException",
                  fmt::format("A stream has {} tags at most.", kMaxTags));
  }
  return tags;
}

/// CurrentVersion, where it is given, has to be the stream's.
std::expected<void, Refusal> check_version(const json& request, const Stream& stream, bool required) {
  const auto version = read_text(request, "CurrentVersion");
  if (!version) return std::unexpected(version.error());
  if (version->empty() && required) return invalid_argument("CurrentVersion must be specified.");
  if (version->empty() || *version == stream.version) return {};
  return refuse(400, "VersionMismatchException",
                fmt::format("The stream {} is not of version {}: describe it again", stream.name, *version));
}

/// The prefix of a StreamNameCondition; empty for every name.
Read<std::string> read_prefix(const json& request) {
  const auto condition = read_object(request, "StreamNameCondition");
  if (!condition) return std::unexpected(condition.error());
  const auto comparison = read_choice(*condition, "ComparisonOperator", {"BEGINS_WITH"}, "BEGINS_WITH");
  if (!comparison) return std::unexpected(comparison.error());
  auto prefix = read_text(*condition, "ComparisonValue");
  if (prefix && !prefix->empty() && !valid_stream_name(*prefix))
    return invalid_argument("ComparisonValue must be 1 to 256 of a-z A-Z 0-9 _ . -");
  return prefix;
}

}  // namespace

Read<Stream> ControlPlane::named(const json& request) const {
  auto archive = read_stream(request, streams_, 0);
  if (!archive) return std::unexpected(archive.error());
  return archive->stream();
}

Outcome ControlPlane::create_stream(const json& request) {
  Stream stream;
  const auto name = read_text(request, "StreamName");
  const auto hours = read_integer(request, "DataRetentionInHours", 0, kLongestRetentionHours, 0);
  const auto media = read_text(request, "MediaType");
  const auto key = read_text(request, "KmsKeyId", stream.kms_key_id);
  auto tags = read_tags(request, {});
  if (!name || !valid_stream_name(*name))
    return invalid_argument("StreamName must be 1 to 256 of a-z A-Z 0-9 _ . -");
  if (!hours) return std::unexpected(hours.error());
  if (!media) return std::unexpected(media.error());
  if (!media->empty() && !valid_media_type(*media))
    return invalid_argument("MediaType must be TYPE/SUBTYPE, several of them parted by commas.");
  if (!key) return std::unexpected(key.error());
  if (key->empty() || key->size() > 2048)
    return invalid_argument("KmsKeyId must be of 1 to 2048 characters.");
  if (!tags) return std::unexpected(tags.error());
  stream.name = *name;
  stream.retention_hours = static_cast<int>(*hours);
  stream.media_type = *media;
  stream.kms_key_id = *key;
  stream.tags = std::move(*tags);
  const auto made = streams_.create(std::move(stream), transition_seconds_);
  if (!made) return std::unexpected(made.error());
  return answer({{"StreamARN", made->arn}});
}

Outcome ControlPlane::list_streams(const json& request) const {
  const auto most = read_integer(request, "MaxResults", 1, 10'000, 10'000);
  if (!most) return std::unexpected(most.error());
  const auto prefix = read_prefix(request);
  if (!prefix) return std::unexpected(prefix.error());
  const auto token = read_text(request, "NextToken");
  if (!token) return std::unexpected(token.error());
  const auto after = from_base64(*token);  // The name that the page before ended with.
  if (!after) return invalid_argument("NextToken is not one of ListStreams'.");

  json list = json::array();
  std::string last;
  bool more = false;
  for (const Stream& stream : streams_.list()) {
    if (!stream.name.starts_with(*prefix) || (!after->empty() && stream.name <= *after)) continue;
    more = std::ssize(list) == *most;
    if (more) break;
    list.push_back(shown(stream));
    last = stream.name;
  }
  json body = {{"StreamInfoList", std::move(list)}};
  if (more) body["NextToken"] = to_base64(last);
  return answer(body);
}

Outcome ControlPlane::describe_stream(const json& request) const {
  const auto stream = named(request);
  if (!stream) return std::unexpected(stream.error());
  return answer({{"StreamInfo", shown(*stream)}});
}

Outcome ControlPlane::get_data_endpoint(const json& request, const std::string& base_url) const {
  const auto api = read_choice(
      request, "APIName",
      {"PUT_MEDIA", "GET_MEDIA", "LIST_FRAGMENTS", "GET_MEDIA_FOR_FRAGMENT_LIST",
       "GET_HLS_STREAMING_SESSION_URL", "GET_DASH_STREAMING_SESSION_URL", "GET_CLIP", "GET_IMAGES"},
      "");
  if (!api) return std::unexpected(api.error());
  const auto stream = named(request);
  if (!stream) return std::unexpected(stream.error());
  return answer({{"DataEndpoint", base_url}});
}

Outcome ControlPlane::update_data_retention(const json& request) {
  const auto stream = named(request);
  if (!stream) return std::unexpected(stream.error());
  const auto operation =
      read_choice(request, "Operation", {"INCREASE_DATA_RETENTION", "DECREASE_DATA_RETENTION"}, "");
  if (!operation) return std::unexpected(operation.error());
  const auto change = read_integer(request, "DataRetentionChangeInHours", 1, kLongestRetentionHours, 0);
  if (!change) return std::unexpected(change.error());
  if (*change == 0) return invalid_argument("DataRetentionChangeInHours must be specified.");
  if (const auto good = check_version(request, *stream, true); !good) return std::unexpected(good.error());
  const bool more = operation->starts_with("INCREASE");
  const int hours = stream->retention_hours + static_cast<int>(more ? *change : -*change);
  if (hours < 0 || hours > kLongestRetentionHours) {
    return invalid_argument(fmt::format("The retention would be {} hours; it must be from 0 to {}.", hours,
                                        kLongestRetentionHours));
  }
  const auto done = streams_.set_retention(stream->name, hours, transition_seconds_);
  if (!done) return std::unexpected(done.error());
  return answer(json::object());
}

Outcome ControlPlane::delete_stream(const json& request) {
  if (const auto arn = read_text(request, "StreamARN"); arn && arn->empty())
    return invalid_argument("StreamARN must be specified.");
  const auto stream = named(request);
  if (!stream) return std::unexpected(stream.error());
  if (const auto good = check_version(request, *stream, false); !good) return std::unexpected(good.error());
  const auto done = streams_.remove(stream->name, transition_seconds_);
  if (!done) return std::unexpected(done.error());
  return answer(json::object());
}

Outcome ControlPlane::tag_stream(const json& request) {
  const auto stream = named(request);
  if (!stream) return std::unexpected(stream.error());
  if (request.value("Tags", json()).empty()) return invalid_argument("Tags must be specified.");
  auto tags = read_tags(request, stream->tags);
  if (!tags) return std::unexpected(tags.error());
  const auto done = streams_.set_tags(stream->name, std::move(*tags));
  if (!done) return std::unexpected(done.error());
  return answer(json::object());
}

Outcome ControlPlane::untag_stream(const json& request) {
  const auto stream = named(request);
  if (!stream) return std::unexpected(stream.error());
  const auto keys = request.find("TagKeyList");
  if (keys == request.end() || !keys->is_array() || keys->empty() || keys->size() > kMaxTags)
    return invalid_argument("TagKeyList must be a list of 1 to 50 keys.");
  Tags tags = stream->tags;
  for (const json& key : *keys) {
    if (!key.is_string()) return invalid_argument("TagKeyList must be a list of strings.");
    tags.erase(key.get<std::string>());
  }
  const auto done = streams_.set_tags(stream->name, std::move(tags));
  if (!done) return std::unexpected(done.error());
  return answer(json::object());
}

Outcome ControlPlane::list_tags_for_stream(const json& request) const {
  const auto stream = named(request);
  if (!stream) return std::unexpected(stream.error());
  return answer({{"Tags", stream->tags}});
}

}  // namespace kinesight::sim::kvs
