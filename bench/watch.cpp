#include "watch.h"

#include <functional>
#include <optional>

#include "base/worker.h"
#include "common.h"
#include "infer/plans.h"
#include "telemetry/catalog.h"

namespace kinesight::bench {
namespace {

/// A looped file that ends after its second pass, and tells when either is over.
class TwoPasses final : public video::FrameSource {
 public:
  TwoPasses(std::unique_ptr<video::FrameSource> file, std::function<void()> passed)
      : file_(std::move(file)), passed_(std::move(passed)) {}

  Result<> open(std::stop_token stop) override { return file_->open(std::move(stop)); }
  Result<std::optional<Frame>> read(std::stop_token stop) override {
    auto frame = file_->read(std::move(stop));
    if (file_->counters().loops != passes_) {
      passes_ = file_->counters().loops;
      passed_();
    }
    if (frame && passes_ == 2) return std::nullopt;
    return frame;
  }
  void limit(video::DecodePolicy most) override { file_->limit(most); }
  bool live() const override { return file_->live(); }
  std::string describe() const override { return file_->describe(); }
  video::SourceCounters counters() const override { return file_->counters(); }

 private:
  std::unique_ptr<video::FrameSource> file_;
  std::function<void()> passed_;
  std::uint64_t passes_ = 0;
};

/// How far a camera is.
struct Mark {
  double cpu = 0;
  http::CameraStatus status;
};

void print(const Mark& begin, const Mark& end) {
  const auto frames = end.status.frames - begin.status.frames;
  const auto still = end.status.still_frames - begin.status.still_frames;
  std::printf("{\"cpu_seconds\": %.6f, \"frames\": %.0f, \"inferences\": %.0f, \"gated\": %.0f}\n",
              end.cpu - begin.cpu, static_cast<double>(frames), static_cast<double>(frames - still),
              static_cast<double>(end.status.gated_packets - begin.status.gated_packets));
}

}  // namespace

void watch(const std::string& video, const std::string& model, const std::string& fps_target, bool gates) {
  const Components components;
  const std::string gated = "    motion_gate: {enabled: true}\n    bitstream_gate: {enabled: true}\n";
  const auto file = configuration("cameras:\n  bench:\n    fps_target: " + fps_target + "\n" +
                                      (gates ? gated : "") + "    source: {type: file, path: \"" + video +
                                      "\", pace: max, loop: true}\n    detectors: [{type: object, params: " +
                                      "{model_path: \"" + model + "\"}}]\n",
                                  components);
  telemetry::Log log("bench", telemetry::LogFormat::json, telemetry::Level::error, stderr);
  telemetry::Metrics metrics(telemetry::kAllMetrics);
  telemetry::Health health;
  vision::Engine engine;
  const infer::Kinds kinds{components.sources, components.detectors, {}};
  auto plan = infer::plan_camera(std::make_shared<const config::CameraConfig>(file.cameras[0]),
                                 {kinds, engine, Clock::system()});
  const infer::CameraWorker* watched = nullptr;
  std::vector<Mark> marks;
  plan.make_source = [make = plan.make_source, &watched,
                      &marks]() -> Result<std::unique_ptr<video::FrameSource>> {
    auto made = make();
    if (!made) return made;
    return std::make_unique<TwoPasses>(
        std::move(*made), [&watched, &marks] { marks.push_back({cpu_seconds(), watched->status()}); });
  };
  infer::CameraWorker camera(plan, {log, metrics, health}, Clock::system(), Rng(1));
  watched = &camera;
  const Worker thread("bench", [&](std::stop_token stop) { camera.run(stop); });
  while (!camera.ended()) Clock::system().wait_for(std::chrono::milliseconds(5), {});
  print(marks[0], marks[1]);
}

}  // namespace kinesight::bench
