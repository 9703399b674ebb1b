#include "clips/trigger.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "clips/task_fields.h"
#include "config/nearest.h"

namespace kinesight::clips {
namespace {

Result<> check_names(const TaskFields& fields) {
  const auto known = trigger_fields();
  for (const auto& name : fields.names()) {
    if (std::ranges::find(known, name) != known.end()) continue;
    const std::string shown = name.substr(0, 80);
    return fail(ErrorKind::invalid, "there is no field '{}'{}", shown, config::did_you_mean(shown, known));
  }
  return {};
}

Result<> read_range(const TaskFields& fields, const TriggerRules& rules, Task& task) {
  if (fields.has("start_time") || fields.has("end_time")) {
    if (auto read = fields.read_range(task); !read) return read;
  } else {
    task.end_ms = rules.now_ms;
    task.start_ms = rules.now_ms - std::llround(rules.clip_seconds * 1000);
  }
  auto checked = check_range(task, rules.now_ms + kClocksDifferMs, rules.max_clip_seconds);
  if (!checked) return fail(ErrorKind::invalid, "{}", checked.error().message);
  return {};
}

}  // namespace

std::span<const std::string> trigger_fields() {
  static const std::array<std::string, 7> fields = {
      "camera_id", "stream_arn", "stream_name", "start_time", "end_time", "process_id", "inference_config"};
  return fields;
}

Result<Trigger> parse_trigger(std::string_view json, const TriggerRules& rules) {
  const auto fields = TaskFields::parse(json);
  if (!fields) return std::unexpected(fields.error());
  Trigger trigger;
  if (auto known = check_names(*fields); !known) return std::unexpected(known.error());
  if (auto read = fields->read_names(trigger.task); !read) return std::unexpected(read.error());
  if (auto read = read_range(*fields, rules, trigger.task); !read) return std::unexpected(read.error());
  if (auto read = fields->read_config(trigger.task); !read) return std::unexpected(read.error());
  trigger.numbered = fields->has("process_id");
  if (!trigger.numbered) return trigger;
  const auto process = fields->integer("process_id");
  if (!process) return std::unexpected(process.error());
  trigger.task.process_id = *process;
  return trigger;
}

}  // namespace kinesight::clips
