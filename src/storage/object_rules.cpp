#include "storage/object_rules.h"

#include <algorithm>

#include "aws/services/s3_names.h"

namespace kinesight::storage {
namespace {

bool is_printable(char c) { return c >= ' ' && c <= '~'; }
bool is_control(char c) { return static_cast<unsigned char>(c) < ' ' || c == '\x7f'; }

/// Blanks around a value would be lost on the way.
bool is_header_value(std::string_view value) {
  return std::ranges::all_of(value, is_printable) && !value.starts_with(' ') && !value.ends_with(' ');
}

bool is_metadata_name(std::string_view name) {
  const auto fits = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'; };
  return !name.empty() && !(name[0] >= '0' && name[0] <= '9') && std::ranges::all_of(name, fits);
}

/// What is wrong with a part of a key; nothing when all is well.
std::string_view fault_of_name(std::string_view name) {
  if (name.empty()) return "two slashes in a row, or one at an end";
  if (name == "." || name == "..") return "a name that is '.' or '..'";
  if (name.ends_with('.')) return "a name that ends with a dot";
  if (name.size() > kMaxNameBytes) return "a name of more than 200 bytes";
  return {};
}

std::string_view fault_of(std::string_view key) {
  if (key.empty()) return "an empty one";
  if (key.size() > kMaxKeyBytes) return "one of more than 1024 bytes";
  if (!aws::check_key(key)) return "one that is not UTF-8";
  if (std::ranges::any_of(key, is_control)) return "one with a control character";
  if (key.contains('\\')) return "one with a backslash";
  for (std::size_t begin = 0; begin <= key.size();) {
    const auto end = std::min(key.find('/', begin), key.size());
    if (const auto fault = fault_of_name(key.substr(begin, end - begin)); !fault.empty()) return fault;
    begin = end + 1;
  }
  return {};
}

}  // namespace

Result<> check_object_key(std::string_view key) {
  const auto fault = fault_of(key);
  if (fault.empty()) return {};
  return fail(ErrorKind::invalid, "expected an object's key like 'live/front/clip.mp4', found {}", fault);
}

Result<> check_attributes(const ObjectAttributes& attributes) {
  if (attributes.content_type.empty() || !is_header_value(attributes.content_type))
    return fail(ErrorKind::invalid, "expected a content type in printable ASCII, found other text");
  std::size_t bytes = 0;
  for (const auto& [name, value] : attributes.metadata) {
    bytes += name.size() + value.size();
    if (!is_metadata_name(name))
      return fail(
          ErrorKind::invalid,
          "expected a metadata name of lower-case letters, digits and underscores that begins with no "
          "digit, found another");
    if (value.empty() || !is_header_value(value))
      return fail(ErrorKind::invalid,
                  "expected the metadata value '{}' in printable ASCII, not empty and without blanks around "
                  "it, found other text",
                  name);
  }
  if (bytes <= kMaxMetadataBytes) return {};
  return fail(ErrorKind::invalid, "expected at most {} bytes of metadata, found {}", kMaxMetadataBytes,
              bytes);
}

}  // namespace kinesight::storage
