#include "infer/coverage/keeper.h"

#include <utility>

#include "telemetry/happenings.h"

namespace kinesight::infer {
namespace {

constexpr auto kWriteInterval = std::chrono::seconds(2);
constexpr auto kRetainInterval = std::chrono::minutes(10);
/// Spans of a camera that wait for a database which cannot be written.
constexpr std::size_t kMostWaiting = 4096;
constexpr const char* kReasons[] = {"lost", "skipped", "offline", "stopped", "overload"};

}  // namespace

CoverageKeeper::CoverageKeeper(std::filesystem::path directory, telemetry::Telemetry telemetry, Clock& clock)
    : directory_(std::move(directory)), telemetry_(telemetry), clock_(clock) {}

CoverageRecorder& CoverageKeeper::recorder(const std::string& camera_id, double fps_target) {
  desks_.push_back(
      {.recorder = std::make_unique<CoverageRecorder>(camera_id, fps_target, clock_), .news = {}});
  // The series exist from the start, so that a rate over them never misses the first step.
  for (const auto* reason : kReasons) telemetry_.emit(telemetry::Unwatched{camera_id, reason, 0});
  return *desks_.back().recorder;
}

void CoverageKeeper::start() {
  thread_ = std::make_unique<Worker>("coverage", [this](std::stop_token stop) { run(std::move(stop)); });
}

void CoverageKeeper::stop() {
  thread_.reset();  // Joins.
  for (auto& desk : desks_) collect(desk, desk.recorder->finish());
  write();
  store_.reset();
}

void CoverageKeeper::run(std::stop_token stop) {
  do {
    for (auto& desk : desks_) collect(desk, desk.recorder->take());
    write();
  } while (clock_.wait_for(kWriteInterval, stop));
}

void CoverageKeeper::collect(Desk& desk, CoverageRecorder::News news) {
  auto waiting = std::move(desk.news.spans);
  for (auto& span : news.spans) {
    if (!span.reason.empty()) {
      const double seconds = static_cast<double>(span.length_ms()) / 1000;
      telemetry_.emit(telemetry::Unwatched{desk.recorder->camera_id(), span.reason, seconds});
    }
    append(waiting, std::move(span));
  }
  auto dropped = news.dropped;
  if (waiting.size() > kMostWaiting) {
    const auto surplus = static_cast<std::ptrdiff_t>(waiting.size() - kMostWaiting);
    waiting.erase(waiting.begin(), waiting.begin() + surplus);
    dropped += surplus;
  }
  if (dropped > 0) telemetry_.emit(telemetry::CoverageDeleted{dropped, "cannot be written"});
  desk.news = std::move(news);
  desk.news.spans = std::move(waiting);
}

void CoverageKeeper::write() {
  Result<> written;
  if (!store_) {
    auto opened = CoverageStore::open(directory_);
    if (opened) {
      store_.emplace(std::move(*opened));
    } else {
      written = std::unexpected(opened.error());
    }
  }
  if (store_) written = write_transaction();
  if (store_ && written) written = retain();
  if (!written) store_.reset();
  report(written);
}

Result<> CoverageKeeper::write_transaction() {
  std::map<std::string, std::int64_t> stopped_ms;
  {
    auto transaction = store_->begin();
    if (!transaction) return std::unexpected(transaction.error());
    for (const auto& [recorder, news] : desks_) {
      if (!news.alive) continue;  // Nothing is known of it, as of a recording, which is no camera's time.
      const auto& id = recorder->camera_id();
      const auto stopped = store_->add(id, news.spans);
      if (!stopped) return std::unexpected(stopped.error());
      stopped_ms[id] = *stopped;
      const CameraStanding standing{clock_.wall_ms(), news.watching, news.open_ms};
      if (auto done = store_->stand(id, standing); !done) return done;
    }
    if (auto done = transaction->commit(); !done) return done;
  }
  for (auto& desk : desks_) desk.news.spans.clear();
  for (const auto& [id, length] : stopped_ms) {
    if (length > 0) telemetry_.emit(telemetry::Unwatched{id, "stopped", static_cast<double>(length) / 1000});
  }
  return {};
}

Result<> CoverageKeeper::retain() {
  const auto now = clock_.steady();
  if (retain_at_ && now < *retain_at_) return {};
  const auto deleted = store_->retain({}, clock_.wall_ms());
  if (!deleted) return std::unexpected(deleted.error());
  retain_at_ = now + kRetainInterval;
  if (*deleted > 0) telemetry_.emit(telemetry::CoverageDeleted{*deleted, "old"});
  return {};
}

void CoverageKeeper::report(const Result<>& written) {
  if (!written && !std::exchange(failing_, true)) telemetry_.emit(telemetry::CoverageFailed{written.error()});
  if (written && std::exchange(failing_, false)) telemetry_.emit(telemetry::CoverageRecovered{});
}

}  // namespace kinesight::infer
