// Any bytes as a configuration: it loads, or its problems are named; each on one line of the file, in order.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "config/sample_catalog.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace kinesight::config;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto file = parse_cameras_file(text, "c.yaml", sample_catalog(), no_environment());
  if (!file && file.error().empty()) std::abort();
  int line = 0;
  for (const Problem& problem : file ? file->warnings : file.error()) {
    if (problem.message.empty() || problem.line < line) std::abort();
    if (to_string(problem).find('\n') != std::string::npos) std::abort();
    line = problem.line;
  }
  return 0;
}
