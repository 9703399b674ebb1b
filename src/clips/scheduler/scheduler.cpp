#include "clips/scheduler/scheduler.h"

#include <algorithm>

#include "clips/happenings.h"
#include "clips/task.h"

namespace kinesight::clips {
namespace {

const std::string kLock = "s2:scheduler:lock";
constexpr auto kConfirm = std::chrono::seconds(30);
constexpr int kMostAtOnce = 100;  ///< Tasks of a camera in one look: others shall not wait.

std::int64_t ms(double seconds) { return static_cast<std::int64_t>(seconds * 1000); }

}  // namespace

const config::Table& SchedulerOptions::table() {
  static const config::Table table =
      config::describe<SchedulerOptions>("scheduler",
                                         "Clips of every active camera, end to end, without being asked.")
          .option("enabled", &SchedulerOptions::enabled, "Whether there are such clips.")
          .option("interval_seconds", &SchedulerOptions::interval_seconds, "How often it looks what is due.")
          .range(1, 86400)
          .option("clip_seconds", &SchedulerOptions::clip_seconds,
                  "How long clips are; also those that are triggered without an end.")
          .range(1, 10800)
          .env("S2_CLIP_DURATION")
          .option("delay_seconds", &SchedulerOptions::delay_seconds,
                  "How long after its end a clip is asked for: its last fragment has to be there.")
          .range(0, 600)
          .option("catch_up_seconds", &SchedulerOptions::catch_up_seconds,
                  "How far it goes back after it was away; what is older is left out, counted.")
          .range(0, 86400 * 7);
  return table;
}

Scheduler::Scheduler(const Parts& parts, const SchedulerOptions& options, std::string queue)
    : parts_(parts), options_(options), queue_(std::move(queue)), token_(holder_token()) {}

void Scheduler::run(std::stop_token stop) {
  auto next = parts_.clock.steady();
  do {
    look(stop);
    next = std::max(next + seconds_duration(options_.interval_seconds), parts_.clock.steady());
  } while (parts_.clock.wait_until(next, stop));
  if (parts_.cache)
    (void)parts_.cache->remove(kLock, token_);  // Another need not wait for it to end by itself.
}

int Scheduler::look(std::stop_token stop) {
  if (!ours()) return 0;
  const auto cameras = parts_.discovery.cameras(stop);
  if (!cameras) {
    parts_.telemetry.emit(ScheduleFailed{{}, cameras.error()});
    return 0;
  }
  int sent = 0;
  for (const auto& camera : *cameras) {
    if (stop.stop_requested()) break;
    sent += look_at(camera, stop);
  }
  return sent;
}

/// Whether it is on us to schedule. A cache that does not answer says nothing of who does: nobody does until
/// it is back, and what was due then is caught up.
bool Scheduler::ours() {
  if (!parts_.cache) return true;
  const auto lives = std::chrono::duration_cast<std::chrono::milliseconds>(
      seconds_duration(2 * options_.interval_seconds + 30));
  const auto kept = parts_.cache->prolong(kLock, token_, lives);
  if (kept && *kept) return true;
  const auto taken = kept ? parts_.cache->add(kLock, token_, lives) : kept;
  if (!taken) parts_.telemetry.emit(ScheduleFailed{{}, taken.error()});
  return taken && *taken;
}

int Scheduler::look_at(const CameraInfo& camera, std::stop_token stop) {
  for (int sent = 0;; ++sent) {
    const auto last = parts_.ledger.last(camera.stream_name);
    if (!last) {
      parts_.telemetry.emit(ScheduleFailed{camera.stream_name, last.error()});
      return sent;
    }
    const std::int64_t now = parts_.clock.wall_ms();
    Scheduled next;
    if (*last && !(*last)->sent) {
      next = **last;
    } else {
      next.start_ms = *last ? caught_up(camera.stream_name, (*last)->end_ms, now) : first_start(now);
      next.end_ms = next.start_ms + ms(options_.clip_seconds);
      if (next.end_ms + ms(options_.delay_seconds) > now || sent >= kMostAtOnce) return sent;
    }
    if (const auto done = send(camera, next, stop); !done) {
      parts_.telemetry.emit(ScheduleFailed{camera.stream_name, done.error()});
      return sent;
    }
  }
}

Result<> Scheduler::send(const CameraInfo& camera, Scheduled scheduled, std::stop_token stop) {
  if (scheduled.process_id == 0) {
    const auto id = parts_.ledger.next_process_id();
    if (!id) return std::unexpected(id.error());
    scheduled.process_id = *id;
    if (auto noted = parts_.ledger.note(camera.stream_name, scheduled); !noted) return noted;
  }
  Task task;
  task.camera_id = camera.stream_name;
  task.stream_arn = camera.stream_arn;
  task.stream_name = camera.stream_name;
  task.start_ms = scheduled.start_ms;
  task.end_ms = scheduled.end_ms;
  task.process_id = scheduled.process_id;
  const Message message{.body = to_json(task), .headers = {}, .message_id = std::to_string(task.process_id)};
  if (auto sent = parts_.publisher.publish(queue_, message, kConfirm, stop); !sent) return sent;
  scheduled.sent = true;
  parts_.telemetry.emit(TaskScheduled{camera.stream_name});
  return parts_.ledger.note(camera.stream_name, scheduled);
}

/// The newest clip that is due, at a multiple of its length.
std::int64_t Scheduler::first_start(std::int64_t now_ms) const {
  const std::int64_t length = ms(options_.clip_seconds);
  return (now_ms - ms(options_.delay_seconds) - length) / length * length;
}

/// `start_ms`, or as many whole clips later as are too long ago.
std::int64_t Scheduler::caught_up(const std::string& camera_id, std::int64_t start_ms, std::int64_t now_ms) {
  const std::int64_t length = ms(options_.clip_seconds);
  const std::int64_t oldest = now_ms - ms(options_.catch_up_seconds) - length;
  if (start_ms >= oldest) return start_ms;
  const std::int64_t clips = (oldest - start_ms + length - 1) / length;
  parts_.telemetry.emit(ClipsSkipped{camera_id, clips, static_cast<double>(clips * length) / 1000});
  return start_ms + clips * length;
}

}  // namespace kinesight::clips
