// Any bytes as an XML answer: refused, or a tree whose texts say the same when they are written and read
// again.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "aws/xml.h"

namespace {

std::string write(const kinesight::aws::XmlElement& element) {
  std::string text = "<" + element.name + ">" + kinesight::aws::xml_escape(element.text);
  for (const auto& child : element.children) text += write(child);
  return text + "</" + element.name + ">";
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using kinesight::aws::parse_xml;
  const auto root = parse_xml(std::string_view(reinterpret_cast<const char*>(data), size));
  if (!root) return 0;
  const std::string written = write(*root);
  const auto again = parse_xml(written);
  if (!again || write(*again) != written) std::abort();
  return 0;
}
