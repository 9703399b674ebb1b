// A simulated service's data plane with one camera, at a time that the test decides.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "sim/kvs/media_api.h"
#include "support/fake_clock.h"
#include "support/temp_folder.h"
#include "video/kvs_hls/playlist.h"
#include "video/movie.h"

namespace kinesight::sim::kvs::test {

using nlohmann::json;
using Recording = std::shared_ptr<const video::FragmentedVideo>;

/// A movie of `frames` numbered frames at 10 a second, cut into fragments of `keyframe_interval` frames.
Recording numbered_recording(int frames, int keyframe_interval, int width = 160, int height = 120);

/// Ten fragments of a second each, made once.
Recording ten_seconds();
/// The same cuts at another size.
Recording ten_seconds_small();

/// A query's value in a URI: value_in("a?X=1&Y=2", "Y") is "2".
std::string value_in(const std::string& uri, const std::string& name);

/// The camera is called "cam"; its loop began at kStart.
class Rig : public testing::Test {
 protected:
  static constexpr double kStart = 1'700'000'000.0;
  static constexpr double kUpload = 0.25;

  /// A camera beside "cam", or "cam" itself, instead of the ten seconds.
  void add_camera(const std::string& name, std::vector<Recording> recordings, int retention_hours = 24);
  /// "cam", with ten_seconds().
  void add_camera() { add_camera("cam", {ten_seconds(), ten_seconds_small()}); }

  /// Moves the clock to so many seconds after the camera's start.
  void at(double seconds);

  /// The URL of a session; the test fails without one.
  std::string session(json request = json::object());
  /// What the service says instead.
  Refusal refused_session(json request);
  /// GET of a URI relative to the session's folder, or of a session's whole URL.
  Outcome get(const std::string& uri);
  /// Its body; the test fails without one.
  std::string body(const std::string& uri);
  /// The media playlist of a session's URL, as text and read.
  std::string media_text(const std::string& url);
  video::kvs_hls::MediaPlaylist media(const std::string& url);

  support::FakeClock clock{kStart};
  Faults faults{1};
  Streams streams{"us-east-1", clock};
  MediaApi api{streams, faults, clock, 7};
};

/// A selector as requests have it, of seconds after Rig's start.
json selector(double from, double to, const char* type = "PRODUCER_TIMESTAMP");

/// The frame numbers of a video's bytes, whatever its container; `name` gives its ending.
std::vector<int> numbers_in(const std::string& bytes, const std::string& name);

/// first, first + 1, … below end.
std::vector<int> count_up(int first, int end);

}  // namespace kinesight::sim::kvs::test
