#include "cli/load_test/trial.h"

#include <fmt/format.h>

#include <cmath>
#include <fstream>
#include <thread>

#include "cli/load_test/process.h"
#include "cli/load_test/scenario.h"
#include "cli/progress.h"
#include "net/curl_transport.h"
#include "telemetry/catalog.h"

namespace kinesight::cli::load_test {
namespace {

constexpr auto kLook = std::chrono::milliseconds(100);
constexpr auto kStartPatience = std::chrono::seconds(60);
constexpr auto kPatienceACamera = std::chrono::seconds(2);
constexpr auto kSettle =
    std::chrono::seconds(3);  ///< What came while models were compiled is old, and gone by then.
constexpr auto kStopPatience = std::chrono::seconds(30);

const std::string kSelf = "/proc/self/exe";

std::string text_of(const std::filesystem::path& file) {
  std::ifstream stream(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

std::string last_lines(const std::string& text) {
  constexpr std::size_t longest = 600;
  return text.size() > longest ? "… " + text.substr(text.size() - longest) : text;
}

/// The URL that stands behind `before` in what `process` prints. Errors: unavailable (it ended, or did not
/// say so in time), cancelled.
Result<std::string> said_url(Process& process, const std::filesystem::path& output, const std::string& before,
                             std::stop_token stop) {
  const auto deadline = std::chrono::steady_clock::now() + kStartPatience;
  do {
    const bool alive = process.running();
    const auto text = text_of(output);
    if (const auto at = text.find(before); at != std::string::npos) {
      const auto begin = at + before.size(), end = text.find_first_of(" \"\n", begin);
      if (end != std::string::npos) return text.substr(begin, end - begin);
    }
    if (!alive || std::chrono::steady_clock::now() > deadline)
      return fail(ErrorKind::unavailable, "expected '{}…', found: {}", before, last_lines(text));
  } while (Clock::system().wait_for(kLook, stop));
  return fail(ErrorKind::cancelled, "stopped before it began");
}

Result<Process> start_simulator(int cameras, const std::filesystem::path& folder,
                                const std::vector<std::filesystem::path>& videos) {
  std::vector<std::string> words{kSelf,         "sim",         "--listen",
                                 "127.0.0.1:0", "--no-limits", "--fragment-seconds",
                                 "1",           "--cache",     (folder / "footage").string()};
  for (int number = 1; number <= cameras; ++number) {
    const auto& video = videos[static_cast<std::size_t>(number - 1) % videos.size()];
    words.insert(words.end(), {"--stream", fmt::format("{}={}", camera_name(number), video.string())});
  }
  return Process::start(words, {}, folder / "sim.log");
}

/// The stand-in takes any credentials; a service that publishes to AWS brings those it is to use.
std::map<std::string, std::string> credentials(const Options& options) {
  if (options.publish) return {};
  return {{"AWS_ACCESS_KEY_ID", "LOADTEST"},
          {"AWS_SECRET_ACCESS_KEY", "load-test"},
          {"AWS_SESSION_TOKEN", ""},
          {"AWS_PROFILE", ""}};
}

/// A service that runs, and what it says of itself.
class Watched {
 public:
  Watched(Process& process, std::string url, int cameras)
      : process_(process),
        url_(std::move(url)),
        cameras_(cameras),
        transport_(net::make_curl_transport({})) {}

  /// Empty when it does not answer.
  MetricsPage metrics() const {
    net::Request request;
    request.url = url_ + "/metrics";
    const auto answer = transport_->send(request, {});
    return answer ? MetricsPage(answer->body) : MetricsPage();
  }
  Usage usage() const { return process_.usage(); }
  bool running() { return process_.running(); }
  int cameras() const { return cameras_; }

 private:
  Process& process_;
  const std::string url_;
  const int cameras_;
  const std::unique_ptr<net::Transport> transport_;
};

double of(const MetricsPage& page, const telemetry::MetricSpec& metric, const std::string& camera) {
  return page.sum(std::string(metric.name), {{"camera_id", camera}});
}

int cameras_with_frames(const MetricsPage& page, int cameras) {
  int number = 0;
  for (int i = 1; i <= cameras; ++i) number += of(page, telemetry::kInferFrames, camera_name(i)) > 0;
  return number;
}

/// Waits until every camera has given a frame. Why they have not, empty when they have.
std::string await_frames(Watched& service, std::stop_token stop) {
  const auto deadline =
      std::chrono::steady_clock::now() + kStartPatience + service.cameras() * kPatienceACamera;
  int running = 0;
  do {
    running = cameras_with_frames(service.metrics(), service.cameras());
    if (running == service.cameras()) return "";
    if (!service.running()) return "the service ended";
    if (std::chrono::steady_clock::now() > deadline)
      return fmt::format("only {} of {} cameras gave a frame in time", running, service.cameras());
  } while (Clock::system().wait_for(kLook, stop));
  return fmt::format("stopped when {} of {} cameras ran", running, service.cameras());
}

/// What is looked at at the beginning and at the end.
struct Moment {
  Clock::Steady at;
  double wall = 0;
  MetricsPage page;
  Usage service, simulator;
  double machine_cpu_seconds = 0;
};

Moment look(const Watched& service, const Process* simulator) {
  return {.at = std::chrono::steady_clock::now(),
          .wall = static_cast<double>(Clock::system().wall_ms()) / 1000,
          .page = service.metrics(),
          .service = service.usage(),
          .simulator = simulator ? simulator->usage() : Usage{},
          .machine_cpu_seconds = machine_cpu_seconds()};
}

CameraFigures figures_of(const std::string& camera, const Moment& begin, const Moment& end) {
  const auto change = [&](const telemetry::MetricSpec& metric) {
    return of(end.page, metric, camera) - of(begin.page, metric, camera);
  };
  CameraFigures figures{.processed = change(telemetry::kInferFrames),
                        .dropped = change(telemetry::kFramesDropped)};
  // By capture time, because video comes fragment by fragment.
  const double captured = change(telemetry::kLastFrame);
  if (captured > 0) figures.fps = figures.processed / captured;
  figures.delay_growth = (end.wall - begin.wall) - captured;
  return figures;
}

void sum_up(const Moment& begin, const Moment& end, Measurement& into) {
  into.seconds = to_seconds(end.at - begin.at);
  for (int number = 1; number <= into.cameras; ++number)
    into.by_camera[camera_name(number)] = figures_of(camera_name(number), begin, end);
  const auto change = [&](const telemetry::MetricSpec& metric) {
    return end.page.sum(std::string(metric.name)) - begin.page.sum(std::string(metric.name));
  };
  const auto dropped = std::string(telemetry::kFramesDropped.name);
  const auto before = begin.page.by(dropped, "reason");
  for (const auto& [reason, count] : end.page.by(dropped, "reason")) {
    const auto earlier = before.find(reason);
    into.dropped[reason] = count - (earlier == before.end() ? 0 : earlier->second);
  }
  std::erase_if(into.dropped, [](const auto& pair) { return pair.second <= 0; });
  into.restarts = change(telemetry::kCameraRecoveries);
  into.events = change(telemetry::kInferEvents);
  const auto quantiles = [&](const telemetry::MetricSpec& metric) {
    return quantiles_between(begin.page, end.page, std::string(metric.name));
  };
  into.detector_ms = quantiles(telemetry::kInferLatency);
  into.queue_wait_ms = quantiles(telemetry::kQueueWait);
  into.model_ms = quantiles(telemetry::kModelTime);
  into.cpu_cores = (end.service.cpu_seconds - begin.service.cpu_seconds) / into.seconds;
  into.busy_cores = (end.machine_cpu_seconds - begin.machine_cpu_seconds) / into.seconds;
  into.simulator_cores = (end.simulator.cpu_seconds - begin.simulator.cpu_seconds) / into.seconds;
}

void measure(const Options& options, Watched& service, const Process* simulator, std::stop_token stop,
             Measurement& into) {
  if (!Clock::system().wait_for(kSettle, stop)) return;
  const Moment begin = look(service, simulator);
  std::vector<double> delays;
  ProgressBar bar(fmt::format("{} cameras", into.cameras));
  double elapsed = 0;
  while (elapsed < options.duration && service.running()) {
    const double step = std::min(1.0, options.duration - elapsed);
    if (!Clock::system().wait_for(seconds_duration(step), stop)) break;
    elapsed = to_seconds(std::chrono::steady_clock::now() - begin.at);
    bar.show(static_cast<std::int64_t>(elapsed), static_cast<std::int64_t>(std::ceil(options.duration)));
    const double now = static_cast<double>(Clock::system().wall_ms()) / 1000;
    for (const auto& [camera, newest] :
         service.metrics().by(std::string(telemetry::kLastFrame.name), "camera_id"))
      delays.push_back(now - newest);
    into.resident_bytes = std::max(into.resident_bytes, service.usage().resident_bytes);
  }
  sum_up(begin, look(service, simulator), into);
  into.delay_seconds = quantiles_of(std::move(delays));
  if (!service.running()) into.trouble = "the service ended";
}

}  // namespace

Result<Measurement> run_trial(const Options& options, int cameras, const std::filesystem::path& folder,
                              const std::vector<std::filesystem::path>& videos, std::stop_token stop) {
  std::optional<Process> simulator;
  std::string endpoint;
  if (options.source == Source::kvs) {
    auto started = start_simulator(cameras, folder, videos);
    if (!started) return std::unexpected(started.error());
    simulator.emplace(std::move(*started));
    const auto url = said_url(*simulator, folder / "sim.log", "stand-in listens: ", stop);
    if (!url) return wrap(url.error(), "kinesight sim");
    endpoint = *url;
  }
  const auto yaml = cameras_yaml(options, cameras, folder / "state", videos, endpoint);
  if (!yaml) return std::unexpected(yaml.error());
  const auto config = folder / "cameras.yaml", output = folder / "infer.log";
  std::ofstream(config) << *yaml;
  auto process = Process::start({kSelf, "infer", "--config", config.string(), "--http", "127.0.0.1:0"},
                                credentials(options), output);
  if (!process) return std::unexpected(process.error());
  const auto url = said_url(*process, output, "HTTP server listens: ", stop);
  if (!url) return wrap(url.error(), "kinesight infer");

  Measurement measured;
  measured.cameras = cameras;
  measured.fps = options.fps;
  measured.machine_cores = static_cast<double>(std::thread::hardware_concurrency());
  Watched service(*process, url->ends_with('/') ? url->substr(0, url->size() - 1) : *url, cameras);
  measured.trouble = await_frames(service, stop);
  if (measured.trouble.empty()) measure(options, service, simulator ? &*simulator : nullptr, stop, measured);
  measured.interrupted = stop.stop_requested();
  process->stop(kStopPatience);
  return measured;
}

}  // namespace kinesight::cli::load_test
