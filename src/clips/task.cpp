#include "clips/task.h"

#include <nlohmann/json.hpp>

#include "clips/task_fields.h"
#include "event/moment.h"

namespace kinesight::clips {

Result<Task> parse_task(std::string_view json) {
  const auto fields = TaskFields::parse(json);
  if (!fields) return std::unexpected(fields.error());
  Task task;
  if (auto read = fields->read_names(task); !read) return std::unexpected(read.error());
  if (auto read = fields->read_range(task); !read) return std::unexpected(read.error());
  const auto process = fields->integer("process_id");
  if (!process) return std::unexpected(process.error());
  task.process_id = *process;
  if (auto read = fields->read_config(task); !read) return std::unexpected(read.error());
  return task;
}

std::string to_json(const Task& task) {
  nlohmann::ordered_json json = {{"camera_id", task.camera_id}};
  if (!task.stream_arn.empty()) json["stream_arn"] = task.stream_arn;
  if (!task.stream_name.empty()) json["stream_name"] = task.stream_name;
  json["start_time"] = event::format_moment(task.start_ms);
  json["end_time"] = event::format_moment(task.end_ms);
  json["process_id"] = task.process_id;
  std::string text = json.dump();
  if (task.inference_config.empty()) return text;
  text.pop_back();
  return text.append(",\"inference_config\":").append(task.inference_config).append("}");
}

Result<> check_range(const Task& task, std::int64_t now_ms, double max_seconds) {
  const auto start = event::format_moment(task.start_ms), end = event::format_moment(task.end_ms);
  if (task.end_ms <= task.start_ms) {
    return fail(ErrorKind::invalid, "end_time: expected a time after start_time ({}), found {}", start, end);
  }
  const double seconds = static_cast<double>(task.end_ms - task.start_ms) / 1000;
  if (seconds > max_seconds) {
    return fail(ErrorKind::invalid, "end_time: expected a clip of at most {} s, found {} s ({} to {})",
                max_seconds, seconds, start, end);
  }
  if (task.start_ms >= now_ms) {
    return fail(ErrorKind::invalid, "start_time: expected a time that has passed, found {} (it is {})", start,
                event::format_moment(now_ms));
  }
  if (task.end_ms > now_ms) {
    return fail(ErrorKind::unavailable, "end_time: {} has not come yet (it is {})", end,
                event::format_moment(now_ms));
  }
  return {};
}

}  // namespace kinesight::clips
