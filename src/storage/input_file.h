// A file whose bytes are to be stored.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <utility>

#include "base/result.h"
#include "net/http.h"

namespace kinesight::storage {

/// An open file, closed when it goes.
class InputFile {
 public:
  /// Errors: not_found, denied, invalid (no regular file), unavailable.
  static Result<InputFile> open(const std::filesystem::path& path);
  ~InputFile();
  InputFile(InputFile&& other) noexcept
      : descriptor_(std::exchange(other.descriptor_, -1)), bytes_(other.bytes_) {}
  InputFile& operator=(InputFile&&) = delete;

  int descriptor() const { return descriptor_; }
  std::uint64_t bytes() const { return bytes_; }
  net::FileRegion whole() const { return {descriptor_, 0, bytes_}; }
  /// `length` bytes from `offset`, or fewer at the end.
  net::FileRegion part(std::uint64_t offset, std::uint64_t length) const;

 private:
  InputFile(int descriptor, std::uint64_t bytes) : descriptor_(descriptor), bytes_(bytes) {}
  int descriptor_;
  std::uint64_t bytes_;
};

}  // namespace kinesight::storage
