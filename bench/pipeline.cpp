// What watching a camera costs, beside its limit: bench_pipeline decode|decode_keyframes|inference|watch …
// Prints one JSON object: CPU seconds of the whole process for the job, and how much work it was.
//
//   decode FILE, decode_keyframes FILE      libavcodec alone
//   inference MODEL COUNT                   the model alone, on whatever its input holds
//   watch FILE MODEL FPS_TARGET             the product: source, throttle, detector, events
//   watch_gated FILE MODEL FPS_TARGET       the same with both gates on
//   latency FILE MODEL FOLDER CAMERAS SECONDS   from a confirming frame to its event on disk, milliseconds
//   mostly_still FILE SECONDS, slides FILE SECONDS   write the videos for it

#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

#include "bare_decode.h"
#include "common.h"
#include "latency.h"
#include "videos.h"
#include "vision/engine.h"
#include "watch.h"

namespace kinesight::bench {
namespace {

void print(double cpu, double frames) {
  std::printf("{\"cpu_seconds\": %.6f, \"frames\": %.0f}\n", cpu, frames);
}

int decode(const std::string& file, bool keyframes_only) {
  const double begin = cpu_seconds();
  const int frames = bare_decode(file, keyframes_only);
  print(cpu_seconds() - begin, frames);
  return 0;
}

int inference(const std::string& path, int count) {
  vision::Engine engine;
  const auto model = must(engine.load(path, vision::Precision::automatic));
  const auto once = [&] {
    auto turn = must(model->begin({}));
    if (auto ran = turn.run(); !ran) std::exit(1);
  };
  for (int i = 0; i < 5; ++i) once();  // The first ones allocate.
  const double begin = cpu_seconds();
  for (int i = 0; i < count; ++i) once();
  print(cpu_seconds() - begin, count);
  return 0;
}

int usage() {
  std::fprintf(
      stderr,
      "usage: bench_pipeline decode|decode_keyframes FILE | inference MODEL COUNT | watch|watch_gated "
      "FILE MODEL FPS_TARGET | latency FILE MODEL FOLDER CAMERAS SECONDS | mostly_still|slides FILE "
      "SECONDS\n");
  return 2;
}

}  // namespace

int main(int count, char** words) {
  const std::string_view job = count > 1 ? words[1] : "";
  if (job == "decode" && count == 3) return decode(words[2], false);
  if (job == "decode_keyframes" && count == 3) return decode(words[2], true);
  if (job == "inference" && count == 4) return inference(words[2], std::atoi(words[3]));
  if (job == "watch" && count == 5) {
    watch(words[2], words[3], words[4], false);
  } else if (job == "watch_gated" && count == 5) {
    watch(words[2], words[3], words[4], true);
  } else if (job == "latency" && count == 7) {
    latency(words[2], words[3], words[4], std::atoi(words[5]), std::atof(words[6]));
  } else if (job == "mostly_still" && count == 4) {
    write_mostly_still(words[2], std::atoi(words[3]));
  } else if (job == "slides" && count == 4) {
    write_slides(words[2], std::atoi(words[3]));
  } else {
    return usage();
  }
  return 0;
}

}  // namespace kinesight::bench

int main(int count, char** words) { return kinesight::bench::main(count, words); }
