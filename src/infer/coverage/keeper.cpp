#include "infer/coverage/keeper.h"

#include <algorithm>
#include <utility>

#include "telemetry/happenings.h"

namespace kinesight::infer {
namespace {

constexpr auto kWriteInterval = std::chrono::seconds(2);
constexpr auto kRetainInterval = std::chrono::minutes(10);
/// Spans of a camera that wait for a database which cannot be written.
constexpr std::size_t kMostWaiting = 4096;
/// Recorders that were left and whose last news wait for such a database.
constexpr std::ptrdiff_t kMostLeft = 256;
constexpr const char* kReasons[] = {"lost", "skipped", "offline", "stopped", "overload"};

}  // namespace

CoverageKeeper::CoverageKeeper(std::filesystem::path directory, telemetry::Telemetry telemetry, Clock& clock)
    : directory_(std::move(directory)), telemetry_(telemetry), clock_(clock) {}

std::shared_ptr<CoverageRecorder> CoverageKeeper::recorder(const std::string& camera_id, double fps_target) {
  auto recorder = std::make_shared<CoverageRecorder>(camera_id, fps_target, clock_);
  std::lock_guard lock(mutex_);
  desks_.push_back({.recorder = recorder, .news = {}});
  // The series exist from the start, so that a rate over them never misses the first step.
  for (const auto* reason : kReasons) telemetry_.emit(telemetry::Unwatched{camera_id, reason, 0});
  return recorder;
}

void CoverageKeeper::leave(const std::shared_ptr<CoverageRecorder>& recorder) {
  std::lock_guard lock(mutex_);
  const auto desk = std::ranges::find(desks_, recorder, &Desk::recorder);
  if (desk == desks_.end() || desk->left) return;
  collect(*desk, recorder->finish());
  desk->left = true;
  // While the database cannot be written, those who left wait for it; not for ever more of them.
  if (std::ranges::count_if(desks_, &Desk::left) > kMostLeft) drop_oldest_left();
}

/// What it has to say will never be written.
void CoverageKeeper::drop_oldest_left() {
  const auto oldest = std::ranges::find_if(desks_, &Desk::left);
  const auto spans = static_cast<std::int64_t>(oldest->news.spans.size());
  if (spans > 0) telemetry_.emit(telemetry::CoverageDeleted{spans, "cannot be written"});
  desks_.erase(oldest);
}

void CoverageKeeper::start() {
  thread_ = std::make_unique<Worker>("coverage", [this](std::stop_token stop) { run(std::move(stop)); });
}

void CoverageKeeper::stop() {
  thread_.reset();  // Joins.
  std::lock_guard lock(mutex_);
  for (auto& desk : desks_) {
    if (!desk.left) collect(desk, desk.recorder->finish());
  }
  write();
  store_.reset();
}

void CoverageKeeper::run(std::stop_token stop) {
  do {
    std::lock_guard lock(mutex_);
    for (auto& desk : desks_) {
      if (!desk.left) collect(desk, desk.recorder->take());
    }
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
    for (const auto& [recorder, news, left] : desks_) {
      if (!news.alive) continue;  // Nothing is known of it, as of a recording, which is no camera's time.
      const auto& id = recorder->camera_id();
      const auto stopped = store_->add(id, news.spans);
      if (!stopped) return std::unexpected(stopped.error());
      if (!left) stopped_ms[id] += *stopped;  // Of who left there is nothing to be counted any more.
      const CameraStanding standing{clock_.wall_ms(), news.watching, news.open_ms};
      if (auto done = store_->stand(id, standing); !done) return done;
    }
    if (auto done = transaction->commit(); !done) return done;
  }
  std::erase_if(desks_, [](const Desk& desk) { return desk.left; });
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
