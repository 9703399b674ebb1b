// The fields of a JSON message that asks for a clip. Private to clips/.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "clips/task.h"

namespace kinesight::clips {

/// A field is absent when it is null. Errors of all readers: invalid, naming the field, what was expected and
/// what was found.
class TaskFields {
 public:
  /// As parse_task() has it; `json` outlives what is returned.
  static Result<TaskFields> parse(std::string_view json);

  bool has(const char* field) const { return find(field) != nullptr; }
  /// The names of all, of those too that are null.
  std::vector<std::string> names() const;

  /// A text; empty when it is absent.
  Result<std::string> text(const char* field) const;
  Result<std::int64_t> integer(const char* field) const;
  /// Unix milliseconds.
  Result<std::int64_t> time(const char* field) const;

  /// camera_id, stream_arn and stream_name.
  Result<> read_names(Task& task) const;
  /// start_time and end_time.
  Result<> read_range(Task& task) const;
  /// inference_config.
  Result<> read_config(Task& task) const;

 private:
  TaskFields(nlohmann::json object, std::string_view text) : object_(std::move(object)), text_(text) {}
  const nlohmann::json* find(const char* field) const;

  nlohmann::json object_;
  std::string_view text_;
};

}  // namespace kinesight::clips
