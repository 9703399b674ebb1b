#include "vision/plate/normalise.h"

namespace kinesight::vision::plate {

Result<std::vector<Replacement>> read_replacements(std::span<const std::string> entries) {
  std::vector<Replacement> read;
  for (const auto& entry : entries) {
    const auto sign = entry.find('=');
    if (sign == std::string::npos || sign == 0) {
      return fail(ErrorKind::invalid,
                  "replace: expected FROM=TO, found \"{}\"; write e.g. \"Ö=O\", or \"FROM=\" to delete",
                  entry);
    }
    read.push_back({entry.substr(0, sign), entry.substr(sign + 1)});
  }
  return read;
}

std::string normalise(std::string_view text, std::span<const Replacement> replacements) {
  std::string all(text);
  for (const auto& [from, to] : replacements) {
    for (auto at = all.find(from); at != std::string::npos; at = all.find(from, at + to.size())) {
      all.replace(at, from.size(), to);
    }
  }
  std::string kept;
  for (const char c : all) {
    if (c >= 'a' && c <= 'z') kept += static_cast<char>(c - 'a' + 'A');
    if ((c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')) kept += c;
  }
  return kept;
}

}  // namespace kinesight::vision::plate
