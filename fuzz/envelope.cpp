// Any bytes as an envelope: it is refused, or it says the same when it is written and read again.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "event/envelope.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace kinesight::event;
  const auto envelope = parse_envelope(std::string_view(reinterpret_cast<const char*>(data), size));
  if (!envelope) return 0;
  const auto again = parse_envelope(to_json(*envelope));
  if (!again || *again != *envelope) std::abort();
  return 0;
}
