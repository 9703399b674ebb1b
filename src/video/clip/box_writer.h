// Writes boxes of an MP4 file, one inside the other. ISO/IEC 14496-12, 4.2.
#pragma once

#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>

namespace kinesight::video::clip {

/// Collects the bytes; numbers are big-endian.
class BoxWriter {
 public:
  void u8(std::uint64_t value) { number(value, 1); }
  void u16(std::uint64_t value) { number(value, 2); }
  void u32(std::uint64_t value) { number(value, 4); }
  void u64(std::uint64_t value) { number(value, 8); }
  void zeros(std::size_t count) { bytes_.append(count, '\0'); }
  void text(std::string_view value) { bytes_ += value; }

  /// A box of four letters with what `content` writes.
  template <std::invocable Content>
  void box(std::string_view type, Content content) {
    const std::size_t at = bytes_.size();
    u32(0);
    text(type);
    content();
    patch(at, bytes_.size() - at);
  }
  /// The same, with the version and flags that many boxes begin with.
  template <std::invocable Content>
  void full_box(std::string_view type, std::uint32_t flags, Content content) {
    box(type, [&] {
      u32(flags);
      content();
    });
  }

  /// Puts a number of 4 bytes where something else stood.
  void patch(std::size_t at, std::uint64_t value) {
    for (std::size_t i = 0; i < 4; ++i) bytes_[at + i] = static_cast<char>(value >> (24 - 8 * i) & 0xff);
  }

  void reserve(std::size_t size) { bytes_.reserve(size); }
  std::size_t size() const { return bytes_.size(); }
  std::string take() { return std::move(bytes_); }

 private:
  void number(std::uint64_t value, int length) {
    for (int i = length; i-- > 0;) bytes_ += static_cast<char>(value >> (8 * i) & 0xff);
  }

  std::string bytes_;
};

}  // namespace kinesight::video::clip
