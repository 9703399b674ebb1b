// The XML that S3 and STS answer with: elements and their texts, without attributes.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace kinesight::aws {

/// An element. Prefixes of names ("s3:Key") are dropped.
struct XmlElement {
  std::string name;
  std::string text;  ///< Its own character data, entities resolved.
  std::vector<XmlElement> children;

  /// The first element at `path` below this one: "Error/Code"; null when there is none.
  const XmlElement* find(std::string_view path) const;
  /// The text there; empty when there is none.
  std::string_view text_at(std::string_view path) const;
};

inline constexpr std::size_t kMaxXmlBytes = 4 * 1024 * 1024;
inline constexpr int kMaxXmlDepth = 32;
inline constexpr int kMaxXmlElements = 50'000;

/// The root element of a document. Error: corrupt (not well-formed, a DTD, or beyond the bounds above); its
/// message holds a position, never the text.
Result<XmlElement> parse_xml(std::string_view document);

/// `text` so that it may stand between tags.
std::string xml_escape(std::string_view text);

}  // namespace kinesight::aws
