// YAML as a plain tree with line numbers. The only place of config/ that knows yaml-cpp.
#pragma once

#include <expected>
#include <string>
#include <string_view>
#include <vector>

#include "config/text_file.h"

namespace kinesight::config {

struct YamlEntry;

/// A node: nothing, a scalar's text, a list, or a mapping whose entries keep their order and their
/// duplicates. Aliases are replaced by copies of what they stand for, and merge keys (<<) by the entries they
/// merge.
struct YamlNode {
  /// What a node may be.
  enum class Kind { null, scalar, list, map };

  Kind kind = Kind::null;
  int line = 0;  ///< From 1; of a key's value that is no scalar: the key's line, where a person looks for it.
  std::string text;
  std::vector<YamlNode> items;
  std::vector<YamlEntry> entries;

  /// One with nothing in it, for a key that is not there.
  static YamlNode nothing(int line);
};

/// One key of a mapping, and its value.
struct YamlEntry {
  std::string key;
  int line = 0;
  YamlNode value;
};

inline YamlNode YamlNode::nothing(int line) {
  YamlNode node;
  node.line = line;
  return node;
}

/// How much a file may hold; aliases count as what they stand for.
struct YamlLimits {
  int depth = 32;
  int nodes = 100'000;
};

/// The one document in `text`. Error: the first thing that is no YAML or beyond `limits`.
std::expected<YamlNode, TextError> parse_yaml(std::string_view text, const YamlLimits& limits = {});

/// What a node is, for error texts: "nothing", "'fast'", "a list", "a mapping".
std::string found(const YamlNode& node);

/// `text` on one line: control characters become blanks.
std::string one_line(std::string text);
/// `text` as it may stand in an error text: on one line, and shortened when it is long.
std::string printable(std::string_view text);
/// printable() in quotes.
std::string in_quotes(std::string_view text);

}  // namespace kinesight::config
