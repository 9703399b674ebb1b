// The parts of a camera as tests want them: a source that plays a script, a detector that finds what it is
// told to, a publisher that keeps what it gets.
#pragma once

#include <atomic>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <utility>
#include <variant>
#include <vector>

#include "base/clock.h"
#include "publish/publisher.h"
#include "video/frame_source.h"
#include "vision/detector.h"

namespace kinesight::support {

/// A grey picture of `width` x `height` taken at `capture_time`.
inline Frame make_frame(double capture_time, std::int64_t sequence = 0, int width = 64, int height = 48) {
  auto pixels =
      std::make_shared<std::vector<std::uint8_t>>(static_cast<std::size_t>(width) * height * 3, 128);
  Frame frame;
  frame.view = {.format = PixelFormat::bgr24, .width = width, .height = height, .planes = {}};
  frame.view.planes[0] = {pixels->data(), width * 3};
  frame.capture_time = frame.due_time = capture_time;
  frame.sequence = sequence;
  frame.pixels = pixels;
  return frame;
}

/// What a scripted source does next.
struct Throws {};          ///< Throws std::runtime_error: a library nobody expected to throw.
struct Ends {};            ///< Says that the source has ended.
struct BlocksTillStop {};  ///< Has nothing until the worker is stopped.
using SourceStep = std::variant<Frame, Error, Throws, Ends, BlocksTillStop>;

/// The script of a camera, shared by the sources that its worker makes one after the other.
struct SourceScript {
  std::deque<SourceStep> steps;  ///< Taken from the front; when it is empty, BlocksTillStop.
  std::optional<Error> open_error;
  bool live = true;
  std::atomic<int> made = 0;    ///< Sources.
  std::atomic<int> opened = 0;  ///< Times that one was opened.
  std::atomic<int> closed = 0;  ///< Sources that had been opened and are gone.
  std::function<void()> on_open = [] {};
  std::function<void(const Frame&)> on_frame = [](const Frame&) {};  ///< Before it is handed out.
  std::vector<video::DecodePolicy> limits;                           ///< Each time one was set.
  video::SourceCounters counters;  ///< Of the sources together; each tells what came since it was made.
  std::optional<Clock::Duration> retry_after;
  nlohmann::json provenance;
};

/// Plays a SourceScript.
class FakeSource final : public video::FrameSource {
 public:
  explicit FakeSource(std::shared_ptr<SourceScript> script)
      : script_(std::move(script)), before_(script_->counters) {
    ++script_->made;
  }
  ~FakeSource() override {
    if (open_) ++script_->closed;
  }

  Result<> open(std::stop_token) override {
    script_->on_open();
    if (script_->open_error) return std::unexpected(*script_->open_error);
    ++script_->opened;
    open_ = true;
    return {};
  }

  Result<std::optional<Frame>> read(std::stop_token stop) override {
    SourceStep step = BlocksTillStop{};
    if (!script_->steps.empty()) {
      step = std::move(script_->steps.front());
      script_->steps.pop_front();
    }
    if (auto* frame = std::get_if<Frame>(&step)) {
      script_->on_frame(*frame);
      return *frame;
    }
    if (auto* error = std::get_if<Error>(&step)) return std::unexpected(*error);
    if (std::holds_alternative<Throws>(step)) throw std::runtime_error("the library threw");
    if (std::holds_alternative<Ends>(step)) return std::nullopt;
    Clock::system().wait_for(std::chrono::hours(1), stop);
    return fail(ErrorKind::cancelled, "stopped");
  }

  void limit(video::DecodePolicy most) override { script_->limits.push_back(most); }
  std::optional<Clock::Duration> retry_after() override { return script_->retry_after; }
  nlohmann::json provenance(const Frame&, std::stop_token) override { return script_->provenance; }
  bool live() const override { return script_->live; }
  std::string describe() const override { return "a script"; }
  video::SourceCounters counters() const override {
    return {.packets = script_->counters.packets - before_.packets,
            .gated = script_->counters.gated - before_.gated};
  }

 private:
  std::shared_ptr<SourceScript> script_;
  const video::SourceCounters before_;
  bool open_ = false;
};

/// Gives what `find` gives.
class FakeDetector final : public vision::Detector {
 public:
  using Find = std::function<Result<std::vector<vision::Detection>>(const Frame&)>;
  explicit FakeDetector(Find find) : find_(std::move(find)) {}
  Result<std::vector<vision::Detection>> detect(const Frame& frame, const vision::Turn&) override {
    return find_(frame);
  }

 private:
  Find find_;
};

/// Keeps what it is given.
class RecordingPublisher final : public publish::Publisher {
 public:
  std::string_view sink() const override { return "recording"; }
  bool saves_snapshots() const override { return true; }

  Result<> publish(std::shared_ptr<const publish::Publication> publication, std::stop_token) override {
    std::lock_guard lock(mutex_);
    if (refuse_) return std::unexpected(*refuse_);
    publications_.push_back(std::move(publication));
    return {};
  }
  Result<> flush(Clock::Duration) override { return {}; }
  std::vector<publish::SinkTotals> totals() const override { return {}; }

  /// From now on refuses everything.
  void refuse(Error error) {
    std::lock_guard lock(mutex_);
    refuse_ = std::move(error);
  }
  std::vector<std::shared_ptr<const publish::Publication>> publications() const {
    std::lock_guard lock(mutex_);
    return publications_;
  }

 private:
  mutable std::mutex mutex_;
  std::vector<std::shared_ptr<const publish::Publication>> publications_;
  std::optional<Error> refuse_;
};

}  // namespace kinesight::support
