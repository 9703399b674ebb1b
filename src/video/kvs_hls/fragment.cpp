#include "video/kvs_hls/fragment.h"

#include <algorithm>

namespace kinesight::video::kvs_hls {
namespace {

/// What a session counts for itself fits into 64 bits, which have 20 digits at most.
constexpr std::size_t kSessionDigits = 20;

std::string_view without_leading_zeros(std::string_view number) {
  number.remove_prefix(std::min(number.find_first_not_of('0'), number.size()));
  return number;
}

}  // namespace

bool is_stream_wide(std::string_view number) {
  return number.size() > kSessionDigits && number.find_first_not_of("0123456789") == std::string_view::npos;
}

bool number_before(std::string_view a, std::string_view b) {
  a = without_leading_zeros(a);
  b = without_leading_zeros(b);
  return a.size() != b.size() ? a.size() < b.size() : a < b;
}

}  // namespace kinesight::video::kvs_hls
