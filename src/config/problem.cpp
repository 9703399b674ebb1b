#include "config/problem.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace kinesight::config {

std::string to_string(const Problem& problem) {
  std::string text = problem.file;
  if (problem.line > 0) text += fmt::format(":{}", problem.line);
  text += ": ";
  if (problem.severity == Severity::warning) text += "warning: ";
  if (!problem.key.empty()) text += problem.key + ": ";
  return text + problem.message;
}

void Report::error(int line, std::string key, std::string message) {
  problems_.push_back({Severity::error, file_, line, std::move(key), std::move(message)});
}

void Report::warning(int line, std::string key, std::string message) {
  problems_.push_back({Severity::warning, file_, line, std::move(key), std::move(message)});
}

bool Report::has_errors() const {
  return std::ranges::any_of(problems_,
                             [](const Problem& problem) { return problem.severity == Severity::error; });
}

std::vector<Problem> Report::take() {
  std::ranges::stable_sort(problems_, {}, &Problem::line);
  return std::exchange(problems_, {});
}

}  // namespace kinesight::config
