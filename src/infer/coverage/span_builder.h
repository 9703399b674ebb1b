// From frames, gaps and failures to spans. Pure: times come as arguments.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>

#include "infer/coverage/span.h"
#include "video/gap.h"

namespace kinesight::infer {

/// What became of a frame.
enum class FrameFate {
  processed,  ///< It went through the detectors.
  dropped,    ///< It was due and was not processed.
  not_due,    ///< Nobody wanted it.
};

/// Writes down what of one camera's time was watched. Times are Unix milliseconds of capture.
///
/// Between two frames that follow each other the camera was watched, but for
/// - what its source declared as a gap, exactly;
/// - what lies between the two when something failed between them, if that is more than one and a half frame
///   intervals: "offline"; when nothing failed, if it is more than three of them and 2 s: "lost";
/// - what follows a dropped frame up to the next one that is due: "overload".
/// Where a frame says that nothing moved since the one before it, only what is declared was not watched (or
/// all, if the one before was dropped): the picture that was seen is what there was to see. The frame
/// interval is 1 / fps_target, or the median of what the source shows where that is longer.
class SpanBuilder {
 public:
  /// `fps_target` above 0.
  explicit SpanBuilder(double fps_target);

  /// A frame came; `after_still` as Frame has it. One that is not after the one before it counts from its own
  /// time on.
  void frame(std::int64_t time_ms, FrameFate fate, bool after_still = false);
  /// The source did not hand out what lies there; the frame that follows it is yet to come.
  void gap(const video::Gap& gap);
  /// Something failed: there will be no frame for a while. Time counts from `now_ms` on when there has been
  /// none at all.
  void fail(std::int64_t now_ms);
  /// Nobody watches from now on: an outage that goes on ends here.
  void close(std::int64_t now_ms);

  /// Whether something failed and no frame has come since.
  bool failing() const { return failing_; }
  /// Up to where all is written down; nothing before the first sign of life.
  std::optional<std::int64_t> reached() const { return reached_; }
  /// What was written down since the last take(); of very much the newest.
  Spans take();
  /// How many spans were dropped because nobody took them, since the last time this was asked.
  std::int64_t dropped() { return std::exchange(dropped_, 0); }

 private:
  struct Declared {
    std::int64_t begin_ms = 0;
    std::int64_t end_ms = 0;
    std::string reason;
  };

  void write(std::int64_t begin_ms, std::int64_t end_ms, std::int64_t bearable_ms);
  void write_undeclared(std::int64_t begin_ms, std::int64_t end_ms, std::int64_t bearable_ms);
  std::int64_t bearable_ms() const;
  void learn(std::int64_t interval_ms);
  std::int64_t interval_ms() const;

  const std::int64_t period_ms_;
  std::optional<std::int64_t> reached_;
  bool failing_ = false;
  bool dropping_ = false;                    ///< The last frame that was due was dropped.
  std::vector<Declared> declared_;           ///< In order of time; of what is not written down yet. Bounded.
  std::array<std::int64_t, 9> intervals_{};  ///< The newest ones, in no order.
  std::size_t learnt_ = 0;
  Spans spans_;
  std::int64_t dropped_ = 0;
};

}  // namespace kinesight::infer
