// One thing wrong with a configuration, and the list of all of them.
#pragma once

#include <string>
#include <vector>

namespace kinesight::config {

/// How bad it is.
enum class Severity {
  error,    ///< The configuration is not used.
  warning,  ///< It can be used; what the warning names will not work as things stand.
};

/// A problem, where it is, and what was expected instead.
struct Problem {
  Severity severity = Severity::error;
  std::string file;
  int line = 0;     ///< From 1; 0 when the problem has no line (an unreadable file, an environment variable).
  std::string key;  ///< The path of the key: "cameras.front.fps_target"; empty for the whole file.
  std::string message;  ///< What was expected, what was found, and the nearest known key if that may help.

  bool operator==(const Problem&) const = default;
};

/// "cameras.yaml:12: cameras.front.fps_target: expected a number from 0.1 to 120, found 'fast'".
std::string to_string(const Problem& problem);

/// Collects the problems of one file while it is read, so that all of them are reported in one go.
class Report {
 public:
  explicit Report(std::string file) : file_(std::move(file)) {}

  void error(int line, std::string key, std::string message);
  void warning(int line, std::string key, std::string message);
  bool has_errors() const;
  /// All of them, in the order of their lines.
  std::vector<Problem> take();

 private:
  std::string file_;
  std::vector<Problem> problems_;
};

}  // namespace kinesight::config
