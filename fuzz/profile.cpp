// Any bytes as a shared config file: it is refused with its line, or it is read the same with other line
// ends.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "aws/config/profile_file.h"

namespace {

using namespace kinesight::aws;

bool same(const ProfileFile& a, const ProfileFile& b) {
  const auto same_setting = [](const auto& x, const auto& y) {
    return x.first == y.first && x.second.value == y.second.value && x.second.nested == y.second.nested;
  };
  const auto same_section = [&](const auto& x, const auto& y) {
    return x.first == y.first && std::ranges::equal(x.second, y.second, same_setting);
  };
  return std::ranges::equal(a.sections, b.sections, same_section);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto file = parse_profile_file(text, "file");
  if (!file) {
    const std::string& said = file.error().message;
    if (!said.starts_with("file:") || said.size() < 7 || said[5] < '1' || said[5] > '9') std::abort();
    return 0;
  }
  std::string windows;
  for (const char c : text) windows.append(c == '\n' ? "\r\n" : std::string_view(&c, 1));
  const auto again = parse_profile_file(windows, "file");
  if (!again || !same(*file, *again)) std::abort();
  return 0;
}
