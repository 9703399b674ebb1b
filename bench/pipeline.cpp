// What watching a camera costs, beside its limit: bench_pipeline decode|decode_keyframes|inference|pipeline …
// Prints one JSON object: CPU seconds of the whole process for the job, and how much work it was.
//   decode FILE, decode_keyframes FILE      libavcodec alone
//   inference MODEL COUNT                   the model alone, on whatever its input holds
//   pipeline FILE MODEL FPS_TARGET          the product: source, throttle, detector, events
#include <time.h>

#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

#include "bare_decode.h"
#include "base/worker.h"
#include "cli/components.h"
#include "infer/plans.h"
#include "telemetry/catalog.h"

namespace kinesight::bench {
namespace {

double cpu_seconds() {
  timespec time{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) * 1e-9;
}

template <class T>
T must(Result<T> result) {
  if (result) return std::move(*result);
  std::fprintf(stderr, "bench: %s\n", result.error().message.c_str());
  std::exit(1);
}

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
    if (auto ran = turn.run({}); !ran) std::exit(1);
  };
  for (int i = 0; i < 5; ++i) once();  // The first ones allocate.
  const double begin = cpu_seconds();
  for (int i = 0; i < count; ++i) once();
  print(cpu_seconds() - begin, count);
  return 0;
}

/// A one-camera configuration for `file` and `model`.
std::string configuration(const std::string& file, const std::string& model, const std::string& fps_target) {
  return "cameras:\n  bench:\n    fps_target: " + fps_target + "\n    source: {type: file, path: \"" + file +
         "\", pace: max}\n    detectors: [{type: object, params: {model_path: \"" + model + "\"}}]\n";
}

int pipeline(const std::string& video, const std::string& model, const std::string& fps_target) {
  const auto components = cli::components();
  const auto file = config::parse_cameras_file(configuration(video, model, fps_target), "bench",
                                               components.catalog(), config::no_environment());
  if (!file) {
    for (const auto& problem : file.error()) std::fprintf(stderr, "bench: %s\n", to_string(problem).c_str());
    return 1;
  }
  telemetry::Log log("bench", telemetry::LogFormat::json, telemetry::Level::error, stderr);
  telemetry::Metrics metrics(telemetry::kAllMetrics);
  telemetry::Health health;
  vision::Engine engine;
  const infer::Kinds kinds{components.sources, components.detectors, components.publishers};
  auto plan = infer::plan_camera(file->cameras[0], {kinds, engine, Clock::system()});
  // The model stays loaded between the two runs: the first warms up what a service warms up once.
  const auto keep = must(plan.make_detectors());
  const auto watch = [&] {
    infer::CameraWorker camera(plan, {log, metrics, health}, Clock::system(), Rng(1));
    Worker thread("bench", [&](std::stop_token stop) { camera.run(stop); });
    while (!camera.ended()) Clock::system().wait_for(std::chrono::milliseconds(5), {});
    return camera.status().frames;
  };
  watch();
  const double begin = cpu_seconds();
  const auto frames = watch();
  print(cpu_seconds() - begin, static_cast<double>(frames));
  return 0;
}

int usage() {
  std::fprintf(stderr,
               "usage: bench_pipeline decode|decode_keyframes FILE | inference MODEL COUNT | "
               "pipeline FILE MODEL FPS_TARGET\n");
  return 2;
}

}  // namespace

int main(int count, char** words) {
  const std::string_view job = count > 1 ? words[1] : "";
  if (job == "decode" && count == 3) return decode(words[2], false);
  if (job == "decode_keyframes" && count == 3) return decode(words[2], true);
  if (job == "inference" && count == 4) return inference(words[2], std::atoi(words[3]));
  if (job == "pipeline" && count == 5) return pipeline(words[2], words[3], words[4]);
  return usage();
}

}  // namespace kinesight::bench

int main(int count, char** words) { return kinesight::bench::main(count, words); }
