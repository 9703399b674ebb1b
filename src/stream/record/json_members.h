// Where the values of a JSON object's members lie in its text.
#pragma once

#include <cstddef>
#include <string_view>

namespace kinesight::stream {

/// A part of a text: from `begin` up to `end`.
struct Span {
  std::size_t begin = 0;
  std::size_t end = 0;
};

/// The value of the member that is number `index` (from 0) of the object that `json` is. The text must be
/// valid JSON and have that member.
Span value_of_member(std::string_view json, std::size_t index);

}  // namespace kinesight::stream
