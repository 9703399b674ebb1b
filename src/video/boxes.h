// The boxes of an MP4 file: finding them and changing numbers in them. ISO/IEC 14496-12, "Object structured
// file organization".
#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace kinesight::video::boxes {

/// Where a box lies in its bytes.
struct Box {
  std::size_t at = 0;       ///< Of its size field.
  std::size_t content = 0;  ///< Of what follows its size and type.
  std::size_t end = 0;      ///< Behind it.
  std::string_view type;    ///< "moof"; points into the bytes.
};

/// The boxes that lie one after the other in [from, to) of `bytes`, as far as they are whole.
std::vector<Box> list(std::string_view bytes, std::size_t from, std::size_t to);

/// The first box along `path` from the top: {"moof", "traf", "tfdt"}. Sample descriptions are entered as if
/// they were plain boxes: {…, "stsd", "avc1", "avcC"}.
std::optional<Box> find(std::string_view bytes, std::initializer_list<std::string_view> path);

/// The big-endian number of 4 bytes at `at`, which lies in `bytes`.
std::uint32_t read_u32(std::string_view bytes, std::size_t at);
/// The same with 8 bytes.
std::uint64_t read_u64(std::string_view bytes, std::size_t at);
/// Puts a number there.
void write_u32(std::string& bytes, std::size_t at, std::uint32_t value);
/// The same with 8 bytes.
void write_u64(std::string& bytes, std::size_t at, std::uint64_t value);

}  // namespace kinesight::video::boxes
