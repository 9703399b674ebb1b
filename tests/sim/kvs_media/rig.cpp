#include "sim/kvs_media/rig.h"

#include <cmath>

#include "video/fragmenter.h"
#include "video/sources.h"

namespace kinesight::sim::kvs::test {
namespace {

constexpr double kRigStart = 1'700'000'000.0;

}  // namespace

Recording numbered_recording(int frames, int keyframe_interval, int width, int height) {
  const support::TempFolder folder;
  const auto path = folder.path() / "movie.mp4";
  video::test::write_movie(path, frames,
                           {.width = width, .height = height, .keyframe_interval = keyframe_interval});
  auto cut = video::fragment_video(path, keyframe_interval / 10.0 - 0.01);
  if (!cut) throw std::runtime_error(cut.error().message);
  return std::make_shared<const video::FragmentedVideo>(*std::move(cut));
}

Recording ten_seconds() {
  static const Recording recording = numbered_recording(100, 10);
  return recording;
}

Recording ten_seconds_small() {
  static const Recording recording = numbered_recording(100, 10, 80, 60);
  return recording;
}

std::string value_in(const std::string& uri, const std::string& name) {
  const auto at = uri.find(name + "=");
  if (at == std::string::npos) return "";
  const auto begin = at + name.size() + 1;
  return uri.substr(begin, uri.find_first_of("&\"\n", begin) - begin);
}

void Rig::add_camera(const std::string& name, std::vector<Recording> recordings, int retention_hours) {
  Stream stream;
  stream.name = name;
  stream.retention_hours = retention_hours;
  stream.timeline = std::make_shared<const Timeline>(name, std::move(recordings), kStart, kUpload, faults);
  ASSERT_TRUE(streams.create(std::move(stream), 0));
}

void Rig::at(double seconds) { clock.advance_seconds(kStart + seconds - clock.wall_seconds()); }

std::string Rig::session(json request) {
  if (!request.contains("StreamName")) request["StreamName"] = "cam";
  const auto answer = api.get_hls_streaming_session_url(request, {"http://127.0.0.1:1"});
  if (!answer) {
    ADD_FAILURE() << answer.error().type << ": " << answer.error().message;
    return "";
  }
  return json::parse(answer->body).at("HLSStreamingSessionURL");
}

Refusal Rig::refused_session(json request) {
  if (!request.contains("StreamName")) request["StreamName"] = "cam";
  const auto answer = api.get_hls_streaming_session_url(request, {"http://127.0.0.1:1"});
  return answer ? Refusal{200, "none", answer->body} : answer.error();
}

Outcome Rig::get(const std::string& uri) {
  const std::string folder = "http://127.0.0.1:1/hls/v1/";
  const std::string rest = uri.starts_with(folder) ? uri.substr(folder.size()) : uri;
  const auto mark = rest.find('?');
  return api.get("/hls/v1/" + rest.substr(0, mark), rest.substr(mark + 1));
}

std::string Rig::body(const std::string& uri) {
  const auto answer = get(uri);
  if (answer) return answer->body;
  ADD_FAILURE() << answer.error().status << " " << answer.error().message;
  return "";
}

std::string Rig::media_text(const std::string& url) {
  const auto uri = video::kvs_hls::parse_master_playlist(body(url));
  if (uri) return body(*uri);
  ADD_FAILURE() << uri.error().message;
  return "";
}

video::kvs_hls::MediaPlaylist Rig::media(const std::string& url) {
  auto playlist = video::kvs_hls::parse_media_playlist(media_text(url));
  if (playlist) return *std::move(playlist);
  ADD_FAILURE() << playlist.error().message;
  return {};
}

json selector(double from, double to, const char* type) {
  return {{"FragmentSelectorType", type},
          {"TimestampRange", {{"StartTimestamp", kRigStart + from}, {"EndTimestamp", kRigStart + to}}}};
}

std::vector<int> numbers_in(const std::string& bytes, const std::string& name) {
  const support::TempFolder folder;
  const auto path = folder.path() / name;
  video::test::spill(path, bytes);
  auto source = video::test::make_source(video::file_source_kind(),
                                         {{"path", path}, {"pace", "max"}, {"decode", "all"}}, {});
  const auto opened = source->open({});
  if (!opened) {
    ADD_FAILURE() << opened.error().message;
    return {};
  }
  return video::test::numbers(video::test::read_all(*source));
}

std::vector<int> count_up(int first, int end) { return video::test::every(1, end, first); }

}  // namespace kinesight::sim::kvs::test
