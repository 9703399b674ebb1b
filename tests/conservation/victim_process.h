// A victim that runs, what it says, and its end.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace kinesight::conservation {

/// A conservation_victim; killed when this goes out of scope.
class VictimProcess {
 public:
  VictimProcess(const std::filesystem::path& folder, const std::string& url, std::uint64_t seed,
                std::int64_t first, std::int64_t count);
  ~VictimProcess();
  VictimProcess(const VictimProcess&) = delete;
  VictimProcess& operator=(const VictimProcess&) = delete;

  /// Reads until it has said `lines` lines and `longer` has passed since, or it ended.
  void read(std::size_t lines, std::chrono::microseconds longer);
  /// kill -9, and what it had said by then is read.
  void kill();
  /// Waits for its end. Its exit code; -1 when it did not end within `patience`, or by a signal.
  int wait(std::chrono::seconds patience);

  /// The whole lines that it said.
  const std::vector<std::string>& lines() const { return lines_; }

 private:
  /// Reads what comes within `patience`; false at the end.
  bool read_some(std::chrono::microseconds patience);

  pid_t process_ = -1;
  int reading_ = -1;
  std::string rest_;
  std::vector<std::string> lines_;
};

}  // namespace kinesight::conservation
