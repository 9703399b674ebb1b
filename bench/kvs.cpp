// How soon a Kinesis video stream's fragments are in a detector's hand, and what reading them costs:
//   bench_kvs ENDPOINT_URL STREAM SECONDS [bgr]
// Reads every frame of the stream for so long (`bgr`: and converts it, as OpenCV's VideoCapture does), with
// credentials from the environment. Prints one JSON object: CPU seconds of the whole process, seconds,
// frames, and for each fragment [its begin, its length, when its first frame was handed out], Unix seconds.
#include <time.h>

#include <cstdio>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <string>

#include "video/kvs_hls/source.h"
#include "vision/picture.h"

namespace kinesight::bench {
namespace {

double cpu_seconds() {
  timespec time{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) * 1e-9;
}

[[noreturn]] void die(const Error& error) {
  std::fprintf(stderr, "bench: %s\n", error.message.c_str());
  std::exit(1);
}

int run(const std::string& endpoint, const std::string& stream, double seconds, bool bgr) {
  Clock& clock = Clock::system();
  const auto session = aws::Session::from_environment(config::process_environment(), clock);
  if (!session) die(session.error());
  video::KvsOptions options;
  options.stream_name = stream;
  options.endpoint_url = endpoint;
  options.decode = video::DecodePolicy::all;
  video::SourceContext context;
  context.camera_id = stream;
  context.aws_session = [&]() -> Result<aws::Session*> { return session->get(); };
  video::kvs_hls::KvsHlsSource source(options, context, Rng(1));
  if (const auto opened = source.open({}); !opened) die(opened.error());

  auto fragments = nlohmann::json::array();
  std::string newest;
  int frames = 0;
  const double cpu = cpu_seconds(), begin = clock.wall_seconds();
  while (clock.wall_seconds() - begin < seconds) {
    const auto frame = source.read({});
    if (!frame) die(frame.error());
    if (!*frame) break;
    const double now = clock.wall_seconds();
    const Footage& footage = *(*frame)->footage;
    if (footage.fragment_number != newest)
      fragments.push_back({footage.fragment_time, footage.fragment_seconds, now});
    newest = footage.fragment_number;
    if (bgr) vision::to_bgr((*frame)->view);
    ++frames;
  }
  const nlohmann::json result = {{"cpu_seconds", cpu_seconds() - cpu},
                                 {"seconds", clock.wall_seconds() - begin},
                                 {"begin", begin},
                                 {"frames", frames},
                                 {"fragments", fragments}};
  std::printf("%s\n", result.dump().c_str());
  return 0;
}

}  // namespace
}  // namespace kinesight::bench

int main(int count, char** words) {
  if (count < 4) {
    std::fprintf(stderr, "usage: bench_kvs ENDPOINT_URL STREAM SECONDS [bgr]\n");
    return 2;
  }
  return kinesight::bench::run(words[1], words[2], std::atof(words[3]),
                               count > 4 && std::string(words[4]) == "bgr");
}
