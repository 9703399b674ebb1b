#include "latency.h"

#include <algorithm>
#include <deque>
#include <mutex>

#include "base/worker.h"
#include "common.h"
#include "infer/plans.h"
#include "publish/outbox_publisher.h"
#include "telemetry/catalog.h"

namespace kinesight::bench {
namespace {

constexpr int kFpsTarget = 5;

/// When the frame that this camera's thread works on was handed over.
thread_local Clock::Steady handed_over;

/// A weapon detector that notes it.
class Noting final : public vision::Detector {
 public:
  explicit Noting(std::unique_ptr<vision::Detector> weapons) : weapons_(std::move(weapons)) {}

  Result<std::vector<vision::Detection>> detect(const Frame& frame, const vision::Turn& turn) override {
    handed_over = turn.since;
    return weapons_->detect(frame, turn);
  }

 private:
  std::unique_ptr<vision::Detector> weapons_;
};

vision::DetectorKind noting_weapon_kind() {
  auto kind = vision::weapon_detector_kind();
  kind.make = [](const config::Parsed& options,
                 vision::Engine& engine) -> Result<std::unique_ptr<vision::Detector>> {
    auto detector = vision::weapon_detector_kind().make(options, engine);
    if (!detector) return detector;
    return std::make_unique<Noting>(std::move(*detector));
  };
  return kind;
}

/// A sink that takes everything at once.
class Nowhere final : public publish::Delivery {
 public:
  explicit Nowhere(publish::Stream stream) : stream_(stream) {}

  std::string_view sink() const override { return to_string(stream_); }
  publish::Stream stream() const override { return stream_; }
  publish::BatchLimits limits() const override { return {.entries = 500}; }
  publish::BatchResult deliver(std::span<const publish::Entry* const> batch, std::stop_token) override {
    return {.outcomes = std::vector<publish::Outcome>(batch.size())};
  }
  publish::Totals totals(const publish::DeliveryCounts&) const override { return {}; }

 private:
  const publish::Stream stream_;
};

/// Takes the time at which events are durable.
class Timing final : public publish::Publisher {
 public:
  explicit Timing(std::unique_ptr<publish::Publisher> outbox) : outbox_(std::move(outbox)) {}

  std::string_view sink() const override { return outbox_->sink(); }
  bool saves_snapshots() const override { return outbox_->saves_snapshots(); }
  Result<> publish(std::shared_ptr<const publish::Publication> publication, std::stop_token stop) override {
    // What comes of an object's end has no frame of its own that would have to be fast.
    const bool confirmed = std::ranges::any_of(publication->events, [](const event::Envelope& event) {
      return !event.payload.extras.contains("update_of");
    });
    const auto begin = Clock::system().steady();
    auto taken = outbox_->publish(std::move(publication), std::move(stop));
    const auto end = Clock::system().steady();
    if (!taken) return taken;
    std::lock_guard lock(mutex_);
    if (confirmed && counting_) {
      whole_.push_back(to_seconds(end - handed_over) * 1000);
      outbox_alone_.push_back(to_seconds(end - begin) * 1000);
    }
    return taken;
  }
  Result<> flush(Clock::Duration patience) override { return outbox_->flush(patience); }
  std::vector<publish::SinkTotals> totals() const override { return outbox_->totals(); }

  void count(bool on) {
    std::lock_guard lock(mutex_);
    counting_ = on;
  }
  const std::vector<double>& whole() const { return whole_; }                ///< Milliseconds.
  const std::vector<double>& outbox_alone() const { return outbox_alone_; }  ///< Milliseconds.

 private:
  const std::unique_ptr<publish::Publisher> outbox_;
  std::mutex mutex_;
  bool counting_ = false;
  std::vector<double> whole_, outbox_alone_;
};

double percentile(std::vector<double> values, double share) {
  if (values.empty()) return 0;
  const auto at = static_cast<std::ptrdiff_t>(share * static_cast<double>(values.size() - 1) + 0.5);
  std::ranges::nth_element(values, values.begin() + at);
  return values[static_cast<std::size_t>(at)];
}

std::unique_ptr<publish::Publisher> open_outbox(const std::string& folder, telemetry::Telemetry telemetry) {
  std::vector<publish::Sink> sinks;
  for (const auto stream : {publish::Stream::events, publish::Stream::snapshots}) {
    publish::Sink& sink = sinks.emplace_back();
    sink.delivery = std::make_unique<Nowhere>(stream);
    if (stream == publish::Stream::snapshots) sink.snapshots = publish::SnapshotStyle{};
  }
  return must(publish::OutboxPublisher::open(std::move(sinks), {}, {telemetry, folder}));
}

std::string description(const std::string& video, const std::string& model, int cameras) {
  std::string text = "cameras:\n";
  for (int i = 0; i < cameras; ++i) {
    text += "  bench_" + std::to_string(i) + ":\n    fps_target: " + std::to_string(kFpsTarget) +
            "\n    source: {type: file, path: \"" + video +
            "\", loop: true}\n    detectors: [{type: weapon, params: {model_path: \"" + model +
            "\", target_classes: [knife, gun]}}]\n";
  }
  return text;
}

/// A camera at work.
struct Watched {
  Watched(infer::CameraPlan plan, telemetry::Telemetry telemetry)
      : camera(std::move(plan), telemetry, Clock::system(), Rng(1)),
        thread(camera.camera_id(), [this](std::stop_token stop) { camera.run(std::move(stop)); }) {}

  infer::CameraWorker camera;
  Worker thread;  // After what it uses.
};

/// What was done up to a moment.
struct Done {
  double cpu = cpu_seconds();
  Clock::Steady time = Clock::system().steady();
  std::uint64_t frames = 0;

  explicit Done(const std::deque<Watched>& cameras) {
    for (const auto& each : cameras) frames += each.camera.status().frames;
  }
};

/// Cameras out of step, as they are in life: frames are due at different moments.
constexpr auto kBetweenStarts = std::chrono::milliseconds(73);
constexpr auto kWarmUp = std::chrono::seconds(5);

/// Shares of the processors' time that was used, and of the frames that were due and processed.
struct Load {
  double busy = 0, processed = 0;
};

Load measure(const std::deque<Watched>& cameras, double seconds, const vision::Engine& engine) {
  const Done before(cameras);
  Clock::system().wait_for(seconds_duration(seconds), {});
  const Done after(cameras);
  const double took = to_seconds(after.time - before.time);
  const double due = took * kFpsTarget * static_cast<double>(cameras.size());
  return {(after.cpu - before.cpu) / took / static_cast<double>(engine.concurrency()),
          static_cast<double>(after.frames - before.frames) / due};
}

}  // namespace

void latency(const std::string& video, const std::string& model, const std::string& folder, int cameras,
             double seconds) {
  const Components components;
  const auto file = configuration(description(video, model, cameras), components);
  const std::vector<vision::DetectorKind> detectors{noting_weapon_kind()};
  telemetry::Log log("bench", telemetry::LogFormat::json, telemetry::Level::error, stderr);
  telemetry::Metrics metrics(telemetry::kAllMetrics);
  telemetry::Health health;
  const telemetry::Telemetry telemetry{log, metrics, health};
  vision::Engine engine;
  const infer::Kinds kinds{components.sources, detectors, {}};
  Timing publisher(open_outbox(folder, telemetry));
  std::deque<Watched> watched;
  for (const auto& camera : file.cameras) {
    watched.emplace_back(infer::plan_camera(std::make_shared<const config::CameraConfig>(camera),
                                            {kinds, engine, Clock::system(), {&publisher}}),
                         telemetry);
    Clock::system().wait_for(kBetweenStarts, {});
  }
  Clock::system().wait_for(kWarmUp, {});
  publisher.count(true);
  const auto load = measure(watched, seconds, engine);
  publisher.count(false);
  const auto models = engine.models_in_use();
  for (auto& each : watched) each.thread.request_stop();
  watched.clear();
  const auto& whole = publisher.whole();
  std::printf(
      "{\"events\": %zu, \"p50_ms\": %.1f, \"p99_ms\": %.1f, \"max_ms\": %.1f, "
      "\"outbox_p99_ms\": %.1f, \"busy\": %.3f, \"processed\": %.3f, \"models\": %zu}\n",
      whole.size(), percentile(whole, 0.5), percentile(whole, 0.99), percentile(whole, 1),
      percentile(publisher.outbox_alone(), 0.99), load.busy, load.processed, models);
}

}  // namespace kinesight::bench
