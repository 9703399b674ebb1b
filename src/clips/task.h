// A task for the clip service: the JSON message (a KVSTask) that says which camera, which stream and which
// time. Pure: no I/O.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace kinesight::clips {

/// One clip to be made.
struct Task {
  std::string camera_id;  ///< See config::is_camera_id(): it is part of the object's key.
  std::string stream_arn;
  std::string stream_name;    ///< Of the two at least one is given.
  std::int64_t start_ms = 0;  ///< Unix milliseconds; the first moment that the clip shows.
  std::int64_t end_ms = 0;    ///< The first that it does not show any more.
  std::int64_t process_id = 0;
  std::string inference_config;  ///< A JSON object, byte for byte as it came; empty: none.

  /// What AWS is asked by: the ARN, or else the name.
  const std::string& stream() const { return stream_arn.empty() ? stream_name : stream_arn; }
};

/// The longest task that is read, bytes.
inline constexpr std::size_t kMaxTaskBytes = 1024 * 1024;

/// Reads a task: UTF-8, one JSON object, at most kMaxTaskBytes long and 64 deep, no key twice. Keys that
/// nobody knows are left alone. Times are ISO 8601 (UTC where no zone is given) or Unix seconds as a number.
/// Error: invalid, naming the field, what was expected and what was found. That end comes after start is for
/// check_range() to say: a task that is wrong in this way can be named.
Result<Task> parse_task(std::string_view json);

/// As parse_task() reads it.
std::string to_json(const Task& task);

/// What a clip's range must be: at least a millisecond, at most `max_seconds` long, and over at `now_ms`.
/// Errors: invalid, saying which; unavailable when it is not over yet.
Result<> check_range(const Task& task, std::int64_t now_ms, double max_seconds);

}  // namespace kinesight::clips
