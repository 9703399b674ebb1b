#include "video/clip/parameter_sets.h"

#include <cstdint>

namespace kinesight::video::clip {
namespace {

/// Reads a record from its beginning; what is not there is 0, and remembered.
class Cursor {
 public:
  explicit Cursor(std::string_view bytes) : bytes_(bytes) {}

  std::size_t u8() { return number(1); }
  std::size_t u16() { return number(2); }
  std::string_view take(std::size_t count) {
    if (count > bytes_.size() - at_) {
      good_ = false;
      at_ = bytes_.size();
      return {};
    }
    at_ += count;
    return bytes_.substr(at_ - count, count);
  }
  std::size_t at() const { return at_; }
  bool good() const { return good_; }

 private:
  std::size_t number(std::size_t count) {
    std::size_t value = 0;
    for (const char byte : take(count)) value = value << 8 | static_cast<std::uint8_t>(byte);
    return value;
  }

  std::string_view bytes_;
  std::size_t at_ = 0;
  bool good_ = true;
};

void add_unit(ParameterSets& sets, std::string_view unit) {
  for (std::size_t i = sets.length_bytes; i-- > 0;)
    sets.units += static_cast<char>(unit.size() >> (8 * i) & 0xff);
  sets.units += unit;
}

std::unexpected<Error> damaged() {
  return fail(ErrorKind::corrupt, "expected the parameter sets of the codec, found a damaged record");
}

constexpr std::size_t kHevcArrays = 22;  ///< Where the number of arrays stands.

}  // namespace

Result<ParameterSets> read_avc(std::string_view record) {
  Cursor cursor(record);
  const bool version = cursor.u8() == 1;
  cursor.take(3);  // Profile, compatibility, level.
  ParameterSets sets;
  sets.length_bytes = (cursor.u8() & 3) + 1;
  for (const std::size_t mask :
       {std::size_t{0x1f}, std::size_t{0xff}}) {  // Sequence parameter sets, picture ones.
    for (std::size_t count = cursor.u8() & mask; count > 0 && cursor.good(); --count) {
      add_unit(sets, cursor.take(cursor.u16()));
    }
  }
  if (!version || !cursor.good() || sets.length_bytes == 3) return damaged();
  return sets;
}

Result<ParameterSets> read_hevc(std::string_view record) {
  Cursor cursor(record);
  const bool version = cursor.u8() == 1;
  cursor.take(kHevcArrays - 2);
  ParameterSets sets;
  sets.length_bytes = (cursor.u8() & 3) + 1;
  for (std::size_t arrays = cursor.u8(); arrays > 0 && cursor.good(); --arrays) {
    cursor.u8();  // Completeness, type.
    for (std::size_t count = cursor.u16(); count > 0 && cursor.good(); --count) {
      add_unit(sets, cursor.take(cursor.u16()));
    }
  }
  if (!version || !cursor.good() || sets.length_bytes == 3) return damaged();
  return sets;
}

std::string incomplete_hevc(std::string record) {
  Cursor cursor(record);
  cursor.take(kHevcArrays);
  for (std::size_t arrays = cursor.u8(); arrays > 0 && cursor.good(); --arrays) {
    const std::size_t at = cursor.at();
    cursor.u8();
    for (std::size_t count = cursor.u16(); count > 0 && cursor.good(); --count) cursor.take(cursor.u16());
    if (cursor.good()) record[at] = static_cast<char>(record[at] & 0x7f);
  }
  return record;
}

}  // namespace kinesight::video::clip
