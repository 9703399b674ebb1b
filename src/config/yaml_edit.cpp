#include "config/yaml_edit.h"

#include <algorithm>
#include <cctype>

#include "config/yaml_places.h"
#include "config/yaml_writer.h"

namespace kinesight::config {
namespace {

/// Bytes of a text, from `begin` up to but without `end`.
struct Range {
  std::size_t begin = 0, end = 0;
};

/// A mapping of the text, and where what follows it begins.
struct Spot {
  const Placed* map = nullptr;
  std::size_t limit = 0;
};

std::unexpected<Error> by_hand(std::string_view why) {
  return fail(ErrorKind::invalid, "the file cannot be changed here but by hand: {}", why);
}

std::size_t line_begin(std::string_view text, std::size_t at) {
  const auto end = at == 0 ? std::string_view::npos : text.rfind('\n', at - 1);
  return end == std::string_view::npos ? 0 : end + 1;
}

/// Whether a line says nothing: it is blank, a comment, or the end of the document.
bool is_idle(std::string_view line) {
  const auto first = line.find_first_not_of(" \t\r\n");
  return first == std::string_view::npos || line[first] == '#' || line.starts_with("...") ||
         line.starts_with("---");
}

/// The end of the last line before `limit` that says something.
std::size_t content_end(std::string_view text, std::size_t begin, std::size_t limit) {
  auto end = limit == text.size() ? limit : line_begin(text, limit);
  while (end > begin) {
    const auto last = line_begin(text, end - 1);
    if (last < begin || !is_idle(text.substr(last, end - last))) break;
    end = last;
  }
  return end;
}

/// Skips blanks, line ends and comments in flow style.
std::size_t skip_idle(std::string_view text, std::size_t at) {
  while (at < text.size()) {
    if (text[at] == '#') {
      at = std::min(text.find('\n', at), text.size());
    } else if (std::isspace(static_cast<unsigned char>(text[at]))) {
      ++at;
    } else {
      break;
    }
  }
  return at;
}

/// The end of the quoted text that begins at `at`.
std::size_t skip_quoted(std::string_view text, std::size_t at) {
  const char quote = text[at];
  for (++at; at < text.size() && text[at] != quote; ++at) {
    if (quote == '"' && text[at] == '\\') ++at;
  }
  return at + 1;  // A doubled '' is two quoted texts side by side.
}

/// The end of the entry of a flow mapping that begins at `at`: where its comma or the closing brace is near.
std::size_t flow_end(std::string_view text, std::size_t at) {
  int depth = 0;
  std::size_t end = at;
  while (at < text.size()) {
    const char c = text[at];
    if (depth == 0 && (c == ',' || c == '}')) break;
    if (c == '#' && std::isspace(static_cast<unsigned char>(text[at - 1]))) {
      at = skip_idle(text, at);
      continue;
    }
    const bool starts =
        at == 0 || std::string_view(" \t\r\n,:[{").find(text[at - 1]) != std::string_view::npos;
    if ((c == '"' || c == '\'') && starts) {
      end = at = skip_quoted(text, at);
      continue;
    }
    depth += c == '[' || c == '{' ? 1 : c == ']' || c == '}' ? -1 : 0;
    ++at;
    if (!std::isspace(static_cast<unsigned char>(c))) end = at;
  }
  return end;
}

Result<Spot> find_map(const Placed& root, std::size_t size, const std::vector<std::string>& path) {
  Spot spot{&root, size};
  for (const auto& key : path) {
    const auto& entries = spot.map->entries;
    const auto found = std::ranges::find(entries, key, &PlacedEntry::key);
    if (found == entries.end()) return fail(ErrorKind::invalid, "expected the key '{}', found none", key);
    spot = {&found->value, std::next(found) == entries.end() ? spot.limit : std::next(found)->begin};
  }
  if (!spot.map->is_map) return by_hand("expected a mapping that is written out");
  return spot;
}

/// Replaces `range` of `text`.
std::string splice(std::string_view text, Range range, std::string_view by) {
  return std::string(text.substr(0, range.begin)) + std::string(by) + std::string(text.substr(range.end));
}

std::string edit_flow(std::string_view text, const Placed& map, const std::string& key,
                      const std::optional<YamlNode>& value) {
  const auto found = std::ranges::find(map.entries, key, &PlacedEntry::key);
  if (found == map.entries.end()) {
    const auto comma = map.entries.empty() ? "" : ", ";
    return splice(text, {map.begin + 1, map.begin + 1}, flow_entry(key, *value) + comma);
  }
  Range range{found->begin, flow_end(text, found->begin)};
  if (value) return splice(text, range, flow_entry(key, *value));
  const auto next = skip_idle(text, range.end);
  if (next < text.size() && text[next] == ',') {
    range.end = std::next(found) == map.entries.end() ? next + 1 : std::next(found)->begin;
  } else if (found != map.entries.begin()) {
    range.begin = flow_end(text, std::prev(found)->begin);
  }
  return splice(text, range, "");
}

/// As the file ends its lines.
std::string with_line_ends_of(std::string_view text, std::string block) {
  if (text.find("\r\n") == std::string_view::npos) return block;
  for (std::size_t at = 0; (at = block.find('\n', at)) != std::string::npos; at += 2) block.insert(at, "\r");
  return block;
}

Result<std::string> edit_block(std::string_view text, const Spot& spot, const std::string& key,
                               const std::optional<YamlNode>& value) {
  const auto& entries = spot.map->entries;
  if (entries.empty()) return by_hand("expected a mapping that is not empty");
  const auto margin = line_begin(text, entries.front().begin);
  const auto indent = entries.front().begin - margin;
  const auto found = std::ranges::find(entries, key, &PlacedEntry::key);
  const auto& at = found == entries.end() ? entries.back() : *found;
  const bool is_last = &at == &entries.back();
  const auto begin = line_begin(text, at.begin);
  if (!std::ranges::all_of(text.substr(begin, at.begin - begin), [](char c) { return c == ' '; })) {
    return by_hand("expected each key on a line of its own");
  }
  Range range{begin, content_end(text, at.begin, is_last ? spot.limit : (&at + 1)->begin)};
  if (found == entries.end()) range.begin = range.end;
  std::string block;
  if (value) block = with_line_ends_of(text, block_entry(key, *value, static_cast<int>(indent)));
  if (range.begin > 0 && text[range.begin - 1] != '\n') block.insert(0, "\n");
  return splice(text, range, block);
}

/// An emptied mapping is {} in flow style, and nothing in block style.
bool is_nothing(const YamlNode& node) {
  return node.kind == YamlNode::Kind::null || (node.kind == YamlNode::Kind::map && node.entries.empty());
}

/// Whether both say the same, in whatever order their keys stand.
bool same(const YamlNode& one, const YamlNode& other) {
  if (is_nothing(one) && is_nothing(other)) return true;
  if (one.kind != other.kind || one.text != other.text) return false;
  if (one.items.size() != other.items.size() || one.entries.size() != other.entries.size()) return false;
  const auto same_entry = [&](const YamlEntry& entry) {
    const auto found = std::ranges::find(other.entries, entry.key, &YamlEntry::key);
    return found != other.entries.end() && same(entry.value, found->value);
  };
  return std::ranges::equal(one.items, other.items, same) && std::ranges::all_of(one.entries, same_entry);
}

/// Makes the change in the tree.
void change(YamlNode& root, const std::vector<std::string>& path, const std::string& key,
            const std::optional<YamlNode>& value) {
  YamlNode* node = &root;
  for (const auto& step : path) node = &std::ranges::find(node->entries, step, &YamlEntry::key)->value;
  std::erase_if(node->entries, [&](const YamlEntry& entry) { return entry.key == key; });
  if (value) node->entries.push_back({.key = key, .line = 0, .value = *value});
}

}  // namespace

Result<std::string> edit_yaml(std::string_view text, const std::vector<std::string>& path,
                              const std::string& key, const std::optional<YamlNode>& value) {
  auto wanted = parse_yaml(text);
  if (!wanted) return fail(ErrorKind::invalid, "{}", wanted.error().message);
  const auto root = place_yaml(text);
  if (!root) return std::unexpected(root.error());
  const auto spot = find_map(*root, text.size(), path);
  if (!spot) return std::unexpected(spot.error());
  const bool is_there =
      std::ranges::find(spot->map->entries, key, &PlacedEntry::key) != spot->map->entries.end();
  if (!is_there && !value) return std::string(text);
  if (spot->map->flow && text[spot->map->begin] != '{')
    return by_hand("expected a mapping without an anchor");
  auto edited =
      spot->map->flow ? edit_flow(text, *spot->map, key, value) : edit_block(text, *spot, key, value);
  if (!edited) return edited;
  change(*wanted, path, key, value);
  const auto says = parse_yaml(*edited);
  if (!says || !same(*says, *wanted)) return by_hand("something else would change with it, such as an alias");
  return edited;
}

}  // namespace kinesight::config
