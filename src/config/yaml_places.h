// Where the mappings of a YAML text stand in it. Private to config/.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace kinesight::config {

struct PlacedEntry;

/// A node and the byte where it begins. Of what is no mapping nothing more is known.
struct Placed {
  std::size_t begin = 0;
  bool is_map = false;
  bool flow = false;  ///< {…}
  std::vector<PlacedEntry> entries{};
};

/// A key of a mapping, and its value.
struct PlacedEntry {
  std::string key;
  std::size_t begin = 0;  ///< Of the key.
  Placed value;
};

/// The root of the one document in `text`. Error: invalid.
Result<Placed> place_yaml(std::string_view text);

}  // namespace kinesight::config
