#include "stream/record/fields.h"

#include <algorithm>
#include <cstring>

#include "stream/record/record.h"

namespace kinesight::stream {
namespace {

using simdjson::dom::element_type;

/// More names than these are sorted to find one that is there twice.
constexpr std::size_t kFewNames = 48;

/// Whether two names are the same, of which few are and few begin alike.
bool same(std::string_view a, std::string_view b) {
  return a.size() == b.size() && (a.empty() || (a.front() == b.front() && a == b));
}

std::unexpected<Error> twice(std::string_view name) {
  return fail(ErrorKind::corrupt, "expected each member once, found '{}' twice", name.substr(0, 100));
}

/// The beginning of a text, whole characters of UTF-8.
std::string_view beginning(std::string_view text) {
  constexpr std::size_t longest = 80;
  if (text.size() <= longest) return text;
  std::size_t end = longest;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
  return text.substr(0, end);
}

}  // namespace

Result<> Fields::reserve(std::size_t size) {
  if (size <= capacity_) return {};
  std::size_t capacity = std::max<std::size_t>(capacity_, 4096);
  while (capacity < size) capacity *= 2;
  buffer_ = std::make_unique<char[]>(capacity + simdjson::SIMDJSON_PADDING);
  capacity_ = capacity;
  if (const auto error = parser_.allocate(capacity, kMaxRecordDepth))
    return fail(ErrorKind::unavailable, "no memory to read a record: {}", simdjson::error_message(error));
  return {};
}

Result<> Fields::read(std::string_view json, std::size_t behind) {
  fields_.clear();
  if (json.size() > kMaxRecordBytes) {
    return fail(ErrorKind::corrupt, "expected a record of at most {} bytes, found {}", kMaxRecordBytes,
                json.size());
  }
  if (auto reserved = reserve(json.size()); !reserved) return reserved;
  const bool in_place = behind >= simdjson::SIMDJSON_PADDING;
  if (!json.empty() && !in_place) std::memcpy(buffer_.get(), json.data(), json.size());
  Json root;
  if (const auto error =
          parser_.parse(in_place ? json.data() : buffer_.get(), json.size(), false).get(root)) {
    return fail(ErrorKind::corrupt, "expected a JSON object, found what is no JSON: {}",
                simdjson::error_message(error));
  }
  simdjson::dom::object object;
  if (root.get(object) != simdjson::SUCCESS)
    return fail(ErrorKind::corrupt, "expected a JSON object, found {}", describe(root));
  for (const auto member : object) {
    if (fields_.size() == kMaxRecordFields)
      return fail(ErrorKind::corrupt, "expected at most {} members, found more", kMaxRecordFields);
    fields_.push_back({member.key, member.value});
  }
  return no_name_twice();
}

Result<> Fields::no_name_twice() {
  if (fields_.size() <= kFewNames) {
    for (std::size_t i = 1; i < fields_.size(); ++i) {
      for (std::size_t j = 0; j < i; ++j)
        if (same(fields_[i].name, fields_[j].name)) return twice(fields_[i].name);
    }
    return {};
  }
  names_.clear();
  for (const Field& field : fields_) names_.push_back(field.name);
  std::ranges::sort(names_);
  const auto same = std::ranges::adjacent_find(names_);
  if (same != names_.end()) return twice(*same);
  return {};
}

const Json* Fields::find(std::string_view name) const {
  const auto found =
      std::ranges::find_if(fields_, [name](const Field& field) { return same(field.name, name); });
  return found == fields_.end() || found->value.is_null() ? nullptr : &found->value;
}

std::string describe(const Json& value) {
  std::string_view text;
  if (value.get(text) == simdjson::SUCCESS)
    return fmt::format("the string '{}'{}", beginning(text), text.size() > beginning(text).size() ? "…" : "");
  switch (value.type()) {
    case element_type::ARRAY:
      return "an array";
    case element_type::OBJECT:
      return "an object";
    case element_type::NULL_VALUE:
      return "null";
    case element_type::BOOL:
      return bool(value) ? "true" : "false";
    default:
      return fmt::format("the number {}", *python_str(&value));
  }
}

std::string describe(const Json* value) { return value == nullptr ? "none" : describe(*value); }

}  // namespace kinesight::stream
