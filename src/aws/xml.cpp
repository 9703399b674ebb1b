#include "aws/xml.h"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cstdint>
#include <optional>
#include <utility>

namespace kinesight::aws {
namespace {

constexpr std::string_view kBlanks = " \t\r\n";

void append_utf8(std::string& text, std::uint32_t point) {
  const auto byte = [](std::uint32_t value) { return static_cast<char>(value); };
  if (point < 0x80) {
    text += byte(point);
  } else if (point < 0x800) {
    text += {byte(0xc0 | point >> 6), byte(0x80 | (point & 0x3f))};
  } else if (point < 0x10000) {
    text += {byte(0xe0 | point >> 12), byte(0x80 | (point >> 6 & 0x3f)), byte(0x80 | (point & 0x3f))};
  } else {
    text += {byte(0xf0 | point >> 18), byte(0x80 | (point >> 12 & 0x3f)), byte(0x80 | (point >> 6 & 0x3f)),
             byte(0x80 | (point & 0x3f))};
  }
}

/// Appends what "#8226", "#x2022" or "amp" stands for; false when it stands for nothing.
bool append_entity(std::string& text, std::string_view name) {
  constexpr std::pair<std::string_view, char> kNamed[] = {
      {"lt", '<'}, {"gt", '>'}, {"amp", '&'}, {"quot", '"'}, {"apos", '\''}};
  for (const auto& [known, character] : kNamed) {
    if (name != known) continue;
    text += character;
    return true;
  }
  if (!name.starts_with('#')) return false;
  name.remove_prefix(1);
  const bool in_hex = name.starts_with('x');
  if (in_hex) name.remove_prefix(1);
  std::uint32_t point = 0;
  const auto [end, trouble] =
      std::from_chars(name.data(), name.data() + name.size(), point, in_hex ? 16 : 10);
  const bool surrogate = point >= 0xd800 && point < 0xe000;
  if (trouble != std::errc() || end != name.data() + name.size() || point == 0 || point > 0x10ffff ||
      surrogate)
    return false;
  append_utf8(text, point);
  return true;
}

/// Whether `name` may be an element's, after its prefix. Letters beyond ASCII are taken as they come.
bool valid_name(std::string_view name) {
  const auto letter = [](unsigned char c) { return std::isalpha(c) || c == '_' || c >= 0x80; };
  return !name.empty() && letter(static_cast<unsigned char>(name.front())) &&
         std::ranges::all_of(
             name, [&](unsigned char c) { return letter(c) || std::isdigit(c) || c == '-' || c == '.'; });
}

/// Reads one document, from its beginning to its end.
class Reader {
 public:
  explicit Reader(std::string_view document) : document_(document) {}

  Result<XmlElement> read() {
    XmlElement root;
    if (!skip_prolog() || !element(root, 0) || !skip_epilog())
      return fail(ErrorKind::corrupt, "XML: {} at byte {}", why_, at_);
    return root;
  }

 private:
  bool no(std::string_view why) {
    why_ = why;
    return false;
  }
  bool looking_at(std::string_view text) const { return document_.substr(at_).starts_with(text); }
  void skip_blanks() { at_ = std::min(document_.find_first_not_of(kBlanks, at_), document_.size()); }

  /// What stands before `end`, which is skipped too.
  std::optional<std::string_view> until(std::string_view end) {
    const auto found = document_.find(end, at_);
    if (found == std::string_view::npos) return std::nullopt;
    const auto text = document_.substr(at_, found - at_);
    at_ = found + end.size();
    return text;
  }

  /// Skips a comment or a processing instruction, if one is here.
  bool skip_aside(bool& skipped) {
    const bool comment = looking_at("<!--");
    skipped = comment || looking_at("<?");
    if (!skipped) return true;
    at_ += comment ? 4 : 2;
    return until(comment ? "-->" : "?>") ? true : no("a comment or instruction without an end");
  }

  bool skip_asides() {
    for (bool skipped = true; skipped;) {
      skip_blanks();
      if (!skip_aside(skipped)) return false;
    }
    return true;
  }

  bool skip_prolog() {
    if (looking_at("\xef\xbb\xbf")) at_ += 3;
    if (!skip_asides()) return false;
    // A DTD could define entities that grow without bound; AWS sends none.
    return looking_at("<!") ? no("a document type, which is not supported") : true;
  }

  bool skip_epilog() {
    return skip_asides() && (at_ == document_.size() || no("more after the root element"));
  }

  /// A name up to a blank, '/' or '>'.
  std::string_view tag_name() {
    const auto begin = at_;
    at_ = std::min(document_.find_first_of(" \t\r\n/><=\"'", at_), document_.size());
    return document_.substr(begin, at_ - begin);
  }

  /// Skips attributes up to "/>" (then `empty`) or ">".
  bool skip_attributes(bool& empty) {
    while (at_ < document_.size()) {
      const char c = document_[at_++];
      if (c == '"' || c == '\'') {
        if (!until({&c, 1})) return no("an attribute without an end");
      } else if (c == '<') {
        return no("a tag inside a tag");
      } else if (c == '>') {
        empty = document_[at_ - 2] == '/';
        return true;
      }
    }
    return no("a tag without an end");
  }

  bool element(XmlElement& into, int depth) {
    if (depth >= kMaxXmlDepth) return no("too many levels");
    if (++elements_ > kMaxXmlElements) return no("too many elements");
    if (!looking_at("<")) return no("no element");
    ++at_;
    const std::string_view name = tag_name();
    into.name = name.substr(name.rfind(':') + 1);
    if (!valid_name(into.name)) return no("an element without a proper name");
    bool empty = false;
    if (!skip_attributes(empty)) return false;
    return empty || (content(into, depth) && end_tag(name));
  }

  bool end_tag(std::string_view name) {
    at_ += 2;  // "</"
    if (tag_name() != name) return no("an end tag that does not match");
    skip_blanks();
    if (!looking_at(">")) return no("an end tag without an end");
    ++at_;
    return true;
  }

  /// What stands between the tags of `into`, up to its end tag.
  bool content(XmlElement& into, int depth) {
    while (!looking_at("</")) {
      if (at_ >= document_.size()) return no("the end, inside an element");
      bool skipped = false;
      if (!skip_aside(skipped)) return false;
      if (skipped) continue;
      if (looking_at("<![CDATA[")) {
        at_ += 9;
        const auto text = until("]]>");
        if (!text) return no("a CDATA section without an end");
        into.text += *text;
      } else if (looking_at("<")) {
        if (!element(into.children.emplace_back(), depth + 1)) return false;
      } else if (!characters(into.text)) {
        return false;
      }
    }
    return true;
  }

  bool characters(std::string& text) {
    const auto end = std::min(document_.find_first_of("<&", at_), document_.size());
    text += document_.substr(at_, end - at_);
    at_ = end;
    if (!looking_at("&")) return true;
    ++at_;
    const auto semicolon = document_.substr(at_, 12).find(';');
    if (semicolon == std::string_view::npos || !append_entity(text, document_.substr(at_, semicolon)))
      return no("an unknown entity");
    at_ += semicolon + 1;
    return true;
  }

  const std::string_view document_;
  std::size_t at_ = 0;
  int elements_ = 0;
  std::string_view why_;
};

}  // namespace

const XmlElement* XmlElement::find(std::string_view path) const {
  const XmlElement* here = this;
  while (here && !path.empty()) {
    const auto slash = std::min(path.find('/'), path.size());
    const auto child = std::ranges::find(here->children, path.substr(0, slash), &XmlElement::name);
    here = child == here->children.end() ? nullptr : &*child;
    path.remove_prefix(std::min(slash + 1, path.size()));
  }
  return here;
}

std::string_view XmlElement::text_at(std::string_view path) const {
  const XmlElement* element = find(path);
  return element ? std::string_view(element->text) : std::string_view();
}

Result<XmlElement> parse_xml(std::string_view document) {
  if (document.size() > kMaxXmlBytes)
    return fail(ErrorKind::corrupt, "XML: {} bytes, more than {}", document.size(), kMaxXmlBytes);
  return Reader(document).read();
}

std::string xml_escape(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
    switch (c) {
      case '<':
        escaped += "&lt;";
        break;
      case '>':
        escaped += "&gt;";
        break;
      case '&':
        escaped += "&amp;";
        break;
      case '"':
        escaped += "&quot;";
        break;
      case '\'':
        escaped += "&apos;";
        break;
      default:
        escaped += c;
    }
  }
  return escaped;
}

}  // namespace kinesight::aws
