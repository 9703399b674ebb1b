// Bytes in memory where libav expects files.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "video/libav/libav.h"

namespace kinesight::video::libav {

/// Frees an AVIOContext made by avio_alloc_context().
struct FreeIo {
  void operator()(AVIOContext* io) const {
    av_freep(&io->buffer);
    avio_context_free(&io);
  }
};
using IoPtr = std::unique_ptr<AVIOContext, FreeIo>;

/// Reads pieces of memory one after the other, as one file. The pieces outlive it; it stays where it is.
class MemoryInput {
 public:
  explicit MemoryInput(std::vector<std::string_view> pieces);
  MemoryInput(const MemoryInput&) = delete;
  MemoryInput& operator=(const MemoryInput&) = delete;

  /// Null when there is no memory.
  AVIOContext* io() { return io_.get(); }

 private:
  static int read(void* self, std::uint8_t* into, int size);
  static std::int64_t seek(void* self, std::int64_t offset, int whence);

  struct Piece {
    std::size_t begin;  ///< In the whole.
    std::string_view bytes;
  };
  std::vector<Piece> pieces_;
  std::size_t size_ = 0;
  std::size_t at_ = 0;
  IoPtr io_;
};

/// Collects what is written; stays where it is.
class MemoryOutput {
 public:
  MemoryOutput();
  MemoryOutput(const MemoryOutput&) = delete;
  MemoryOutput& operator=(const MemoryOutput&) = delete;

  /// Null when there is no memory.
  AVIOContext* io() { return io_.get(); }
  /// What has been written so far; it begins anew, empty. Nothing written later may seek behind this.
  std::string take();

 private:
  static int write(void* self, std::uint8_t* bytes, int size);
  static std::int64_t seek(void* self, std::int64_t offset, int whence);

  std::string bytes_;
  std::size_t taken_ = 0;  ///< Bytes before bytes_.
  std::size_t at_ = 0;     ///< In bytes_.
  IoPtr io_;
};

}  // namespace kinesight::video::libav
