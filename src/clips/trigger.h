// What POST /trigger/clip is sent: a task that need not say it all.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"
#include "clips/task.h"

namespace kinesight::clips {

/// A task as it was asked for.
struct Trigger {
  Task task;
  bool numbered = false;  ///< It brought its process_id; otherwise it is to be given one.
};

/// The longest trigger that is read: what is added to it still makes a task that is read.
inline constexpr std::size_t kMaxTriggerBytes = 1'000'000;
/// How far the clock of who asks may be ahead of ours, milliseconds.
inline constexpr std::int64_t kClocksDifferMs = 2000;

/// The fields that there are.
std::span<const std::string> trigger_fields();

/// What a trigger is read by.
struct TriggerRules {
  std::int64_t now_ms = 0;
  double clip_seconds = 60;  ///< Without start_time and end_time: the last so many seconds.
  double max_clip_seconds = 0;
};

/// Reads a trigger, each field as parse_task() reads it; a range is both its ends or none. Errors: invalid,
/// as those of parse_task() and check_range(); also a field that nobody knows (a misspelt start_time must
/// not become the last minute), and an end that is to come: a task that waits for it would hold up a worker.
Result<Trigger> parse_trigger(std::string_view json, const TriggerRules& rules);

}  // namespace kinesight::clips
