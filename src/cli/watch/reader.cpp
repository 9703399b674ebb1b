#include "cli/watch/reader.h"

#include <algorithm>

#include "telemetry/happenings.h"

namespace kinesight::cli {
namespace {

/// What "lately" is, at least: a few frames are needed to tell a rate.
constexpr double kWindowSeconds = 10;
constexpr double kWindowFrames = 4;
constexpr std::size_t kMostCaptured = 2048;
constexpr std::size_t kMostLatencies = 10'000;
/// A frame that claims to be due later than this has a clock that is wrong.
constexpr double kLongestPause = 60;

}  // namespace

WatchReader::WatchReader(WatchPlan plan, video::FrameSource& source, telemetry::Telemetry telemetry,
                         Clock& clock, Rng rng)
    : plan_(std::move(plan)),
      source_(source),
      telemetry_(telemetry),
      clock_(clock),
      window_seconds_(plan_.target_fps > 0 ? std::max(kWindowSeconds, kWindowFrames / plan_.target_fps)
                                           : kWindowSeconds),
      backoff_(plan_.backoff, rng) {
  if (plan_.target_fps > 0) throttle_.emplace(plan_.target_fps);
  figures_.camera_id = plan_.camera_id;
}

Result<> WatchReader::run(std::stop_token stop) {
  while (!stop.stop_requested()) {
    const auto watched = watch(stop);
    if (watched || stop.stop_requested()) break;
    if (hopeless(watched.error())) return watched;
    failed(watched.error(), stop);
  }
  return {};
}

/// From opening the source to its end, the stop or the last frame, which are success.
Result<> WatchReader::watch(std::stop_token stop) {
  if (auto opened = source_.open(stop); !opened) return opened;
  while (!stop.stop_requested() && !enough()) {
    auto frame = source_.read(stop);
    if (!frame) return std::unexpected(frame.error());
    if (!*frame) return {};
    take(std::move(**frame), stop);
  }
  return {};
}

void WatchReader::take(Frame frame, std::stop_token stop) {
  backoff_.reset();
  if (std::exchange(recovering_, false)) telemetry_.emit(telemetry::CameraRecovered{plan_.camera_id});
  if (throttle_ && !throttle_->due(frame.capture_time)) {
    std::lock_guard lock(mutex_);
    ++figures_.throttled;
    return;
  }
  if (plan_.at_pace) await_turn(frame, stop);
  const double latency = clock_.wall_seconds() - frame.capture_time;

  std::lock_guard lock(mutex_);
  ++figures_.frames;
  figures_.latency = latency;
  figures_.width = frame.view.width;
  figures_.height = frame.view.height;
  latencies_.push_back(latency);
  if (latencies_.size() > kMostLatencies) latencies_.pop_front();
  // A camera whose clock is set back begins a new count.
  if (figures_.capture_time && frame.capture_time < *figures_.capture_time) captured_.clear();
  if (figures_.capture_time) watched_seconds_ += std::max(0.0, frame.capture_time - *figures_.capture_time);
  figures_.capture_time = frame.capture_time;
  captured_.push_back(frame.capture_time);
  while (captured_.size() > kMostCaptured || captured_.front() < frame.capture_time - window_seconds_)
    captured_.pop_front();
  last_arrival_ = clock_.steady();
  newest_ = std::make_shared<const Frame>(std::move(frame));
}

/// Video comes in fragments, many frames at once.
void WatchReader::await_turn(const Frame& frame, std::stop_token stop) {
  const double early = frame.due_time - clock_.wall_seconds();
  if (early > 0 && early < kLongestPause) clock_.wait_for(seconds_duration(early), stop);
}

bool WatchReader::hopeless(const Error& error) const {
  if (figures_.frames + figures_.throttled > 0) return false;
  return error.kind == ErrorKind::invalid || error.kind == ErrorKind::denied ||
         error.kind == ErrorKind::not_found;
}

void WatchReader::failed(const Error& error, std::stop_token stop) {
  const auto pause = source_.retry_after().value_or(backoff_.next());
  recovering_ = true;
  telemetry_.emit(telemetry::CameraFailed{plan_.camera_id, "source", error, to_seconds(pause)});
  clock_.wait_for(pause, stop);
}

WatchFigures WatchReader::figures() const {
  Connection connection = plan_.connection();
  std::lock_guard lock(mutex_);
  WatchFigures now = figures_;
  now.fps = lately();
  now.connection = std::move(connection);
  return now;
}

WatchFigures WatchReader::summary() const {
  Connection connection = plan_.connection();
  std::lock_guard lock(mutex_);
  WatchFigures all = figures_;
  all.fps = mean_fps();
  if (!latencies_.empty()) {
    std::vector<double> sorted(latencies_.begin(), latencies_.end());
    const auto middle = sorted.begin() + static_cast<std::ptrdiff_t>(sorted.size() / 2);
    std::ranges::nth_element(sorted, middle);
    all.latency = *middle;
  }
  all.connection = std::move(connection);
  return all;
}

std::shared_ptr<const Frame> WatchReader::newest() const {
  std::lock_guard lock(mutex_);
  return newest_;
}

/// By capture time: frames come in bursts, a fragment's at once. 0 when nothing has come for a while.
double WatchReader::lately() const {
  if (captured_.size() < 2 || to_seconds(clock_.steady() - last_arrival_) > window_seconds_) return 0;
  const double span = captured_.back() - captured_.front();
  return span > 0 ? static_cast<double>(captured_.size() - 1) / span : 0;
}

double WatchReader::mean_fps() const {
  return watched_seconds_ > 0 ? static_cast<double>(figures_.frames - 1) / watched_seconds_ : 0;
}

}  // namespace kinesight::cli
