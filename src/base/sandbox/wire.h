// What the program, the process that starts jobs, and the jobs say to each other. All run the same program,
// so the structs go over the sockets as they lie in memory.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "base/result.h"

namespace kinesight::sandbox {

/// A descriptor that is closed with its owner.
class Descriptor {
 public:
  explicit Descriptor(int fd = -1) : fd_(fd) {}
  ~Descriptor() { reset(); }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;

  int get() const { return fd_; }
  /// Closes what it has and takes over `fd`.
  void reset(int fd = -1);

 private:
  int fd_;
};

/// Asks for a job: one message on the control socket, with descriptors: the job's socket, then its files.
struct StartMessage {
  std::uint32_t job = 0;  ///< Its place in the table.
  std::uint64_t memory_bytes = 0;
  std::uint64_t file_bytes = 0;
  std::uint64_t cpu_seconds = 0;
};

/// The first thing on a job's socket: the job's process, or why there is none. Then the request goes one way
/// (its length as std::uint64_t, its bytes) and an AnswerHeader with its bytes the other.
struct BornMessage {
  std::int32_t pid = -1;
  std::int32_t error = 0;  ///< errno.
};

/// What comes before an answer's bytes, or an error's message.
struct AnswerHeader {
  std::uint64_t length = 0;
  std::uint32_t is_error = 0;
  std::uint32_t kind = 0;  ///< Of the error.
};

inline constexpr std::size_t kMaxFiles = 250;  ///< The kernel passes 253 at once (SCM_MAX_FD).
inline constexpr std::size_t kMaxRequestBytes = std::size_t{1} << 20;
inline constexpr std::size_t kMaxAnswerBytes = std::size_t{16} << 20;

/// Reads or writes all of it on a blocking descriptor; false when the other side has gone.
bool read_all(int fd, void* into, std::size_t length);
/// The other way.
bool write_all(int fd, const void* from, std::size_t length);

}  // namespace kinesight::sandbox
