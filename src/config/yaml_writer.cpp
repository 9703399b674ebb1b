#include "config/yaml_writer.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <string_view>

namespace kinesight::config {
namespace {

using Kind = YamlNode::Kind;

constexpr int kStep = 2;  ///< Blanks to the next level.

/// Whether `text` means itself without quotes, in flow style too. Words that some readers take for something
/// else do not.
bool is_plain(std::string_view text) {
  constexpr std::array<std::string_view, 7> kWords = {"null", "yes", "no", "on", "off", "y", "n"};
  std::string low(text);
  std::ranges::transform(low, low.begin(), [](unsigned char c) { return std::tolower(c); });
  const auto good = [](unsigned char c) {
    return std::isalnum(c) || c == '_' || c == '.' || c == '/' || c == '-';
  };
  const bool number =
      text.starts_with('-') && text.size() > 1 && std::isdigit(static_cast<unsigned char>(text[1]));
  return !text.empty() && (text[0] != '-' || number) && std::ranges::all_of(text, good) &&
         std::ranges::find(kWords, low) == kWords.end();
}

std::string scalar(std::string_view text) {
  if (is_plain(text)) return std::string(text);
  std::string quoted = "\"";
  for (const char c : text) {
    const auto code = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      quoted += '\\';
      quoted += c;
    } else if (code < 0x20 || code == 0x7f) {
      quoted += fmt::format("\\x{:02x}", code);
    } else {
      quoted += c;
    }
  }
  return quoted + '"';
}

std::string flow(const YamlNode& node) {
  std::string text;
  switch (node.kind) {
    case Kind::null:
      return "null";
    case Kind::scalar:
      return scalar(node.text);
    case Kind::list:
      for (const auto& item : node.items) text += (text.empty() ? "" : ", ") + flow(item);
      return "[" + text + "]";
    case Kind::map:
      for (const auto& entry : node.entries) {
        text += (text.empty() ? "" : ", ") + flow_entry(entry.key, entry.value);
      }
      return "{" + text + "}";
  }
  return text;
}

/// Whether it reads best on one line.
bool is_short(const YamlNode& node) {
  return node.kind == Kind::list ? std::ranges::all_of(node.items, is_short)
                                 : node.kind != Kind::map || node.entries.empty();
}

std::string block(const YamlNode& node, int indent);

/// `- …`, whose further lines stand under its first word.
std::string block_item(const YamlNode& item, int indent) {
  const std::string margin(static_cast<std::size_t>(indent), ' ');
  if (is_short(item)) return fmt::format("{}- {}\n", margin, flow(item));
  return margin + "- " + block(item, indent + kStep).substr(static_cast<std::size_t>(indent + kStep));
}

std::string block(const YamlNode& node, int indent) {
  std::string text;
  for (const auto& item : node.items) text += block_item(item, indent);
  for (const auto& entry : node.entries) text += block_entry(entry.key, entry.value, indent);
  return text;
}

}  // namespace

std::string block_entry(const std::string& key, const YamlNode& value, int indent) {
  const std::string margin(static_cast<std::size_t>(indent), ' ');
  if (is_short(value)) return fmt::format("{}{}: {}\n", margin, scalar(key), flow(value));
  return fmt::format("{}{}:\n{}", margin, scalar(key), block(value, indent + kStep));
}

std::string flow_entry(const std::string& key, const YamlNode& value) {
  return fmt::format("{}: {}", scalar(key), flow(value));
}

}  // namespace kinesight::config
