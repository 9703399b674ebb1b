#include "config/section.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "config/nearest.h"
#include "config/placeholders.h"
#include "config/text_file.h"

namespace kinesight::config {
namespace {

constexpr std::size_t kSecretFileBytes = 64 * 1024;
constexpr const char* kFileSuffix = "_file";

/// The scalars of a list, or nothing when something else is in it.
std::optional<std::vector<std::string>> scalars(const YamlNode& list) {
  std::vector<std::string> texts;
  for (const YamlNode& item : list.items) {
    if (item.kind != YamlNode::Kind::scalar) return std::nullopt;
    texts.push_back(item.text);
  }
  return texts;
}

/// The lists of scalars of a list, or nothing when something else is in it.
std::optional<std::vector<std::vector<std::string>>> rows(const YamlNode& list) {
  std::vector<std::vector<std::string>> rows;
  for (const YamlNode& item : list.items) {
    const auto row = item.kind == YamlNode::Kind::list ? scalars(item) : std::nullopt;
    if (!row) return std::nullopt;
    rows.push_back(*row);
  }
  return rows;
}

/// What `node` says, in the shape that an option wants; nothing when it is of another.
std::optional<Value> value_of(const YamlNode& node, Shape shape) {
  if (node.kind == YamlNode::Kind::scalar) return Value::scalar(node.text);
  if (node.kind != YamlNode::Kind::list) return std::nullopt;
  if (shape == Shape::rows) return rows(node).transform([](auto lists) { return Value::list(lists); });
  return scalars(node).transform([](auto texts) { return Value::list(texts); });
}

/// Replaces the placeholders of every text in `value`; what is wrong with the first that cannot be replaced.
std::expected<void, std::string> fill(Value& value, const Environment& environment) {
  std::vector<std::string*> texts = {&value.text};
  for (std::string& item : value.items) texts.push_back(&item);
  for (std::vector<std::string>& row : value.rows) {
    for (std::string& item : row) texts.push_back(&item);
  }
  for (std::string* text : texts) {
    auto filled = fill_placeholders(*text, environment);
    if (!filled) return std::unexpected(filled.error());
    *text = std::move(*filled);
  }
  return {};
}

}  // namespace

Section::Section(const YamlNode& node, std::string path, Report& report, const Environment& environment)
    : node_(node), path_(std::move(path)), report_(report), environment_(environment) {
  valid_ = node.kind == YamlNode::Kind::map || node.kind == YamlNode::Kind::null;
  if (!valid_) expect(node.line, path_, "a mapping", found(node));
  std::map<std::string, int> first_lines;
  for (const YamlEntry& entry : node.entries) {
    const auto [first, is_new] = first_lines.emplace(entry.key, entry.line);
    if (is_new) {
      entries_.push_back(&entry);
    } else {
      report_.error(entry.line, path_of(entry.key),
                    fmt::format("expected each key once, found it on line {} already", first->second));
    }
  }
}

std::string Section::path_of(const std::string& key) const {
  return path_.empty() ? printable(key) : path_ + "." + printable(key);
}

const YamlEntry* Section::find(const std::string& key) const {
  const auto entry =
      std::ranges::find_if(entries_, [&](const YamlEntry* candidate) { return candidate->key == key; });
  return entry == entries_.end() ? nullptr : *entry;
}

const YamlNode* Section::take(const std::string& key) {
  known_.push_back(key);
  const YamlEntry* entry = find(key);
  return entry ? &entry->value : nullptr;
}

std::optional<std::string> Section::require(const std::string& key, const std::string& expected) {
  const YamlNode* node = take(key);
  if (node && node->kind == YamlNode::Kind::scalar) return node->text;
  if (valid_) expect(node ? node->line : line(), path_of(key), expected, node ? found(*node) : "nothing");
  return std::nullopt;
}

void Section::read(const Table& table, void* object, Demand demand) {
  demand_ = demand;
  for (const Option& option : table.options()) read_option(option, object);
  check_rules(table, object);
  check_cautions(table, object);
}

void Section::finish(const Table* nested, const std::string& nested_key) {
  for (const YamlEntry* entry : entries_) {
    if (std::ranges::find(known_, entry->key) != known_.end()) continue;
    const bool misplaced = nested && nested->find(entry->key);
    report_.error(
        entry->line, path_of(entry->key),
        misplaced ? fmt::format("unknown key; it belongs under '{}'", nested_key) : unknown(entry->key));
  }
}

std::string Section::unknown(const std::string& key) const {
  const std::string meant = did_you_mean(key, known_);
  return meant.empty() ? fmt::format("unknown key; expected {}", one_of(known_)) : "unknown key" + meant;
}

void Section::read_option(const Option& option, void* object) {
  const YamlNode* node = take(option.key);
  const YamlNode* file = option.secret ? take(option.key + kFileSuffix) : nullptr;
  if (node && file) {
    report_.error(file->line, path_of(option.key + kFileSuffix),
                  fmt::format("expected this or '{}', found both", option.key));
    bad_.insert(option.key);
    return;
  }
  if (node) read_node(option, object, *node);
  if (file) read_secret_file(option, object, *file);
  const bool overridden = read_environment(option, object);
  if (node || file || overridden || !option.required || demand_ == Demand::partial || !valid_) return;
  bad_.insert(option.key);
  const std::string or_variable =
      option.env.empty() ? "" : fmt::format(" (or environment variable {})", option.env);
  expect(line(), path_of(option.key), option.expected + or_variable, "nothing");
}

void Section::read_node(const Option& option, void* object, const YamlNode& node) {
  std::optional<Value> value = value_of(node, option.shape);
  const std::string what =
      value || node.kind != YamlNode::Kind::list ? found(node) : "a list of something else";
  const std::string shown = option.secret ? "a value that is not shown" : what;
  if (!value) {
    bad_.insert(option.key);
    return expect(node.line, path_of(option.key), option.expected, shown);
  }
  if (const auto filled = fill(*value, environment_); !filled) {
    bad_.insert(option.key);
    return report_.error(node.line, path_of(option.key), filled.error());
  }
  assign(option, object, *value, node.line, shown);
}

void Section::read_secret_file(const Option& option, void* object, const YamlNode& node) {
  const std::string path = path_of(option.key + kFileSuffix);
  bad_.insert(option.key);
  if (node.kind != YamlNode::Kind::scalar) return expect(node.line, path, "the path of a file", found(node));
  auto text = read_file(node.text, kSecretFileBytes);
  if (!text)
    return report_.error(node.line, path, fmt::format("{} {}", in_quotes(node.text), text.error().message));
  while (text->ends_with('\n') || text->ends_with('\r')) text->pop_back();
  bad_.erase(option.key);
  assign(option, object, Value::scalar(*text), node.line, "something else in the file");
}

bool Section::read_environment(const Option& option, void* object) {
  if (option.env.empty()) return false;
  const auto text = environment_(option.env);
  if (!text || text->empty()) return false;
  const std::string shown = option.secret ? "a value that is not shown" : in_quotes(*text);
  const Value value = option.shape == Shape::list ? Value::list(split_list(*text)) : Value::scalar(*text);
  assign(option, object, value, 0, fmt::format("{} in environment variable {}", shown, option.env));
  return true;
}

void Section::assign(const Option& option, void* object, const Value& value, int line,
                     const std::string& found) {
  if (!option.assign(object, value)) {
    bad_.insert(option.key);
    const auto fault = option.fault && !option.secret ? option.fault(value) : std::nullopt;
    if (fault) return report_.error(line, path_of(option.key), *fault);
    const std::string meant =
        !option.choices.empty() && !value.is_list ? did_you_mean(value.text, option.choices) : "";
    return expect(line, path_of(option.key), option.expected, found + meant);
  }
  if (!option.warn || option.secret || demand_ == Demand::partial) return;
  if (auto why = option.warn(value.text))
    report_.warning(line, path_of(option.key), one_line(std::move(*why)));
}

void Section::check_rules(const Table& table, const void* object) {
  for (const Rule& rule : table.rules()) {
    const Option* option = table.find(rule.key);
    if (!bad_.empty() || !option) continue;
    const auto expected = rule.broken(object);
    if (!expected) continue;
    const YamlEntry* entry = find(rule.key);
    expect(entry ? entry->value.line : line(), path_of(rule.key), *expected,
           option->secret ? "a value that is not shown" : in_quotes(option->show(object)));
  }
}

void Section::check_cautions(const Table& table, const void* object) {
  if (!bad_.empty() || demand_ == Demand::partial) return;
  for (const Caution& caution : table.cautions()) {
    const YamlEntry* entry = find(caution.key);
    if (auto sentence = caution.sentence(object))
      report_.warning(entry ? entry->value.line : line(), path_of(caution.key), *sentence);
  }
}

void Section::expect(int line, const std::string& key, const std::string& expected,
                     const std::string& found) {
  report_.error(line, key, fmt::format("expected {}, found {}", expected, found));
}

}  // namespace kinesight::config
