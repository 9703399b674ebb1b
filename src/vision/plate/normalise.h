// Plates' texts in the one form in which they are compared: letters and digits, upper case.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace kinesight::vision::plate {

/// What is written in place of what.
struct Replacement {
  std::string from, to;
};

/// Replacements as configurations write them, "FROM=TO"; an empty TO deletes. Error: invalid, naming the
/// entry that is none.
Result<std::vector<Replacement>> read_replacements(std::span<const std::string> entries);

/// `text` (UTF-8) with the replacements made, in their order, then in upper case, then without what is no
/// letter from A to Z and no digit.
std::string normalise(std::string_view text, std::span<const Replacement> replacements = {});

}  // namespace kinesight::vision::plate
