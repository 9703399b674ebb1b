// An open file where libav expects one of its own.
#pragma once

#include "video/libav/libav.h"
#include "video/libav/memory_io.h"

namespace kinesight::video::libav {

/// Bytes [begin, end) of an open file.
struct FileRange {
  int file = -1;
  std::int64_t begin = 0;
  std::int64_t end = 0;
};

/// Reads a range as if it were a file, wherever the file's offset stands and whoever else reads it. It does
/// not close it. Stays where it is.
class DescriptorInput {
 public:
  explicit DescriptorInput(const FileRange& range);
  DescriptorInput(const DescriptorInput&) = delete;
  DescriptorInput& operator=(const DescriptorInput&) = delete;

  /// Null when there is no memory.
  AVIOContext* io() { return io_.get(); }

 private:
  static int read(void* self, std::uint8_t* into, int size);
  static std::int64_t seek(void* self, std::int64_t offset, int whence);

  const FileRange range_;
  std::int64_t at_ = 0;  ///< From the beginning of the range.
  IoPtr io_;
};

}  // namespace kinesight::video::libav
