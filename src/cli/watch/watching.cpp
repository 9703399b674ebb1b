#include "cli/watch/watching.h"

#include <algorithm>
#include <optional>
#include <ostream>

#include "base/worker.h"
#include "cli/watch/screen.h"

namespace kinesight::cli {
namespace {

constexpr auto kLook = std::chrono::milliseconds(50);        ///< How soon the end of the reader is noticed.
constexpr auto kWindowLook = std::chrono::milliseconds(10);  ///< How soon a window shows what is new.
constexpr auto kRewrite = std::chrono::milliseconds(250);
constexpr auto kJsonLine = std::chrono::seconds(1);
constexpr auto kTextLine = std::chrono::seconds(5);

/// Tells how it goes, every so often.
class Progress {
 public:
  Progress(const WatchReader& reader, const WatchOutput& output, Clock& clock)
      : reader_(reader),
        output_(output),
        clock_(clock),
        period_(output.json  ? Clock::Duration(kJsonLine)
                : terminal() ? Clock::Duration(kRewrite)
                             : kTextLine),
        next_(clock.steady() + period_) {}

  void tick() {
    const auto now = clock_.steady();
    if (now < next_) return;
    next_ = std::max(next_ + period_, now);
    const WatchFigures figures = reader_.figures();
    if (output_.json) {
      output_.out << progress_json(figures, clock_.wall_seconds()) << std::endl;
    } else if (terminal()) {
      // The cursor stays at the line's beginning, so that a line of the log replaces it.
      const auto room = static_cast<std::size_t>(std::max(output_.columns - 1, 1));
      output_.err << "\r\033[K" << progress_line(figures).substr(0, room) << "\r" << std::flush;
    } else {
      output_.err << progress_line(figures) << std::endl;
    }
  }

  void finish() {
    if (terminal()) output_.err << "\r\033[K" << std::flush;
    const WatchFigures all = reader_.summary();
    output_.out << (output_.json ? summary_json(all, clock_.wall_seconds()) : summary_line(all)) << std::endl;
  }

 private:
  bool terminal() const { return !output_.json && output_.columns > 0; }

  const WatchReader& reader_;
  const WatchOutput& output_;
  Clock& clock_;
  const Clock::Duration period_;
  Clock::Steady next_;
};

/// Whether there is more to watch, after a moment; a window that fails is given up.
bool look(const WatchReader& reader, const WatchOutput& output, std::optional<Screen>& screen, Clock& clock,
          std::stop_token stop) {
  if (!screen) return clock.wait_for(kLook, stop);
  const auto lives = screen->live(reader, kWindowLook);
  if (lives) return *lives;
  output.err << "kinesight: " << lives.error().message << "; going on without it\n";
  screen.reset();
  return true;
}

}  // namespace

Result<> watch_until_end(WatchReader& reader, const WatchOutput& output, Clock& clock, std::stop_token stop) {
  Result<> watched;
  std::optional<Screen> screen;
  if (output.window) screen.emplace(*output.window);
  Progress progress(reader, output, clock);
  std::optional<Error> died;
  {
    Worker worker("watch", [&](std::stop_token end) { watched = reader.run(std::move(end)); });
    // A program that reads the lines and has gone, as `head` does, wants no more of them.
    while (worker.alive() && !stop.stop_requested() && output.out &&
           look(reader, output, screen, clock, stop))
      progress.tick();
    worker.request_stop();
    while (!worker.wait(std::chrono::seconds(1))) progress.tick();
    died = worker.failure();
  }
  if (died) return std::unexpected(*died);
  if (watched) progress.finish();
  return watched;
}

}  // namespace kinesight::cli
