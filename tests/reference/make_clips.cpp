// make_clips FOLDER SEED COUNT: joins random ranges of random parts into FOLDER/0.mp4…, for test_clips.py to
// play with programs that are not ours. Prints a line of JSON each: the file, the frames that it shows, and
// what join_clip() says.
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <iostream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <string>

#include "base/rng.h"
#include "video/clip/parts.h"

namespace {

using namespace kinesight;
using namespace kinesight::video;
using namespace kinesight::video::test;

struct Recipe {
  Mp4Options options;
  double fragment_seconds;
};

const std::array kRecipes = {Recipe{{.fps = 10, .b_frames = 3}, 2},
                             Recipe{{.fps = 25, .codec = "hevc", .b_frames = 2}, 1}, Recipe{{.fps = 30}, 1},
                             Recipe{{.fps = 15, .keyframe_interval = 45, .b_frames = 1}, 3}};

/// All fragments in order, a fragment now and then in two parts, or, one time in three, one part left out.
std::vector<ClipPart> random_parts(Camera& camera, Rng& rng, std::vector<bool>& there) {
  const std::size_t count = camera.video.fragments.size();
  const bool gap = rng.integer(0, 2) == 0;
  std::vector<ClipPart> parts;
  for (std::size_t at = 0; at < count;) {
    const std::size_t past = std::min(count, at + static_cast<std::size_t>(rng.integer(1, 3)));
    const std::size_t first = at > 0 && there[at - 1] && rng.integer(0, 2) == 0 ? at - 1 : at;
    const bool left_out = gap && at > 0 && past < count && rng.integer(0, 2) == 0;
    for (std::size_t i = at; i < past; ++i) there[i] = !left_out;
    if (!left_out)
      parts.push_back(
          camera.part(first, past, rng.integer(0, 1) == 0 ? Container::mp4 : Container::matroska));
    at = past;
  }
  return parts;
}

/// A hole that lasts longer is a pause: what came before it is not on show in it.
constexpr int kPauseSeconds = 2;

/// The frames of fragments that are there, ascending.
std::vector<int> present(const Camera& camera, const std::vector<bool>& there) {
  std::vector<int> frames;
  int begin = 0;
  for (std::size_t i = 0; i < there.size(); ++i) {
    const int end = begin + camera.video.fragments[i].frames;
    if (there[i]) std::ranges::copy(numbers(begin, end - 1), std::back_inserter(frames));
    begin = end;
  }
  return frames;
}

/// What a clip of the frames `wanted` shows: those that are present, and, where the first one is in a short
/// hole, the frame before that hole. Nothing is missing at the end of a recording, nor at its beginning.
std::vector<int> shown(const std::vector<int>& present, const std::vector<int>& wanted, int fps) {
  const auto first = std::ranges::lower_bound(present, wanted.front());
  const auto past = std::ranges::upper_bound(present, wanted.back());
  const bool held = *first != wanted.front() && *first - *std::prev(first) <= kPauseSeconds * fps;
  return {held ? std::prev(first) : first, past};
}

void make(const std::string& folder, int number, Rng& rng) {
  const Recipe& recipe = kRecipes[static_cast<std::size_t>(number) % kRecipes.size()];
  const int frames = recipe.options.fps * 12;
  Camera camera(frames, recipe.options, recipe.fragment_seconds);
  std::vector<bool> there(camera.video.fragments.size());
  const auto parts = random_parts(camera, rng, there);
  // Between frames: on them a millisecond more or less would decide.
  const double from = camera.time_of(rng.integer(0, frames - 2)) + 0.4 / recipe.options.fps;
  const double until = from + static_cast<double>(rng.integer(1, frames)) / recipe.options.fps;
  const auto wanted = camera.expected(from, until);
  const auto expected = shown(present(camera, there), wanted, recipe.options.fps);
  const std::string path = folder + "/" + std::to_string(number) + ".mp4";
  const int output = open(path.c_str(), O_RDWR | O_CREAT | O_TRUNC, 0600);
  const auto facts = join_clip(parts, from, until, output);
  close(output);
  nlohmann::json line{
      {"file", path}, {"frames", expected}, {"fps", recipe.options.fps}, {"whole", expected == wanted}};
  line["error"] = facts ? "" : facts.error().message;
  if (facts) {
    line["shown_frames"] = facts->shown_frames;
    line["duration"] = facts->duration;
  }
  std::cout << line.dump() << "\n";
}

}  // namespace

int main(int count, char** arguments) {
  if (count != 4) return 2;
  kinesight::Rng rng(std::stoull(arguments[2]));
  for (int number = 0; number < std::stoi(arguments[3]); ++number) make(arguments[1], number, rng);
  return 0;
}
