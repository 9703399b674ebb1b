#include "config/table.h"

#include <algorithm>

namespace kinesight::config {

const Option* Table::find(std::string_view key) const {
  const auto found = std::ranges::find(options_, key, &Option::key);
  return found == options_.end() ? nullptr : &*found;
}

}  // namespace kinesight::config
