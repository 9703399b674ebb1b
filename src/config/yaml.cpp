#include "config/yaml.h"

#include <fmt/format.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <map>
#include <set>
#include <sstream>
#include <stdexcept>

namespace kinesight::config {
namespace {

int line_of(const YAML::Mark& mark) { return mark.is_null() ? 0 : mark.line + 1; }

/// Leaves yaml-cpp's parser from inside its callbacks.
struct Refused : std::runtime_error {
  Refused(const YAML::Mark& mark, const std::string& message)
      : std::runtime_error(message), line(line_of(mark)) {}
  int line;
};

int count(const YamlNode& node) {
  int total = 1;
  for (const YamlNode& item : node.items) total += count(item);
  for (const YamlEntry& entry : node.entries) total += count(entry.value);
  return total;
}

int depth(const YamlNode& node) {
  int deepest = 0;
  for (const YamlNode& item : node.items) deepest = std::max(deepest, depth(item));
  for (const YamlEntry& entry : node.entries) deepest = std::max(deepest, depth(entry.value));
  return deepest + 1;
}

/// Builds the tree from yaml-cpp's events.
class TreeBuilder : public YAML::EventHandler {
 public:
  explicit TreeBuilder(const YamlLimits& limits) : limits_(limits) {}

  YamlNode take() { return std::move(root_); }

  void OnDocumentStart(const YAML::Mark& mark) override {
    if (++documents_ > 1) throw Refused(mark, "expected one document, found a second");
  }
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    leaf(mark, "", anchor, YamlNode::Kind::null, "");
  }
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& text) override {
    leaf(mark, tag, anchor, YamlNode::Kind::scalar, text);
  }
  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    begin(mark, tag, anchor, YamlNode::Kind::list);
  }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    begin(mark, tag, anchor, YamlNode::Kind::map);
  }
  void OnSequenceEnd() override { end(); }
  void OnMapEnd() override {
    merge(open_.back().node);
    end();
  }

  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    const auto known = anchors_.find(anchor);
    if (known == anchors_.end()) throw Refused(mark, "expected an alias of something that ends before it");
    spend(mark, count(known->second));
    if (static_cast<int>(open_.size()) + depth(known->second) > limits_.depth) too_deep(mark);
    place(known->second, mark);
  }

 private:
  /// A list or mapping that has begun and not ended.
  struct Open {
    YamlNode node;
    YAML::anchor_t anchor = YAML::NullAnchor;
    YAML::Mark mark;
    bool has_key = false;  ///< In a mapping: the last entry waits for its value.
  };

  void leaf(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor, YamlNode::Kind kind,
            const std::string& text) {
    check_tag(mark, tag);
    spend(mark, 1);
    YamlNode node{kind, line_of(mark), text, {}, {}};
    if (anchor != YAML::NullAnchor) anchors_[anchor] = node;
    place(std::move(node), mark);
  }

  void begin(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor, YamlNode::Kind kind) {
    check_tag(mark, tag);
    spend(mark, 1);
    if (static_cast<int>(open_.size()) >= limits_.depth) too_deep(mark);
    open_.push_back({YamlNode{kind, line_of(mark), {}, {}, {}}, anchor, mark});
  }

  void end() {
    Open done = std::move(open_.back());
    open_.pop_back();
    if (done.anchor != YAML::NullAnchor) anchors_[done.anchor] = done.node;
    place(std::move(done.node), done.mark);
  }

  /// Puts a finished node where it belongs: a list's next item, a mapping's next key or value, or the root.
  void place(YamlNode node, const YAML::Mark& mark) {
    if (open_.empty()) {
      root_ = std::move(node);
      return;
    }
    Open& parent = open_.back();
    if (parent.node.kind == YamlNode::Kind::list) {
      parent.node.items.push_back(std::move(node));
    } else if (parent.has_key) {
      YamlEntry& entry = parent.node.entries.back();
      if (node.kind != YamlNode::Kind::scalar) node.line = entry.line;
      entry.value = std::move(node);
      parent.has_key = false;
    } else {
      if (node.kind != YamlNode::Kind::scalar) throw Refused(mark, "expected a key, found " + found(node));
      parent.node.entries.push_back({std::move(node.text), line_of(mark), {}});
      parent.has_key = true;
    }
  }

  /// Replaces `<<: *defaults` by those entries of the default mapping that `map` does not have itself.
  static void merge(YamlNode& map) {
    const auto is_merge = [](const YamlEntry& entry) {
      return entry.key == "<<" && entry.value.kind == YamlNode::Kind::map;
    };
    const auto found_merge = std::ranges::find_if(map.entries, is_merge);
    if (found_merge == map.entries.end()) return;
    const YamlNode defaults = std::move(found_merge->value);
    map.entries.erase(found_merge);
    std::set<std::string> own;
    for (const YamlEntry& entry : map.entries) own.insert(entry.key);
    for (const YamlEntry& entry : defaults.entries) {
      if (!own.contains(entry.key)) map.entries.push_back(entry);
    }
  }

  /// "!" and "?" are yaml-cpp's words for a quoted and a plain scalar without a tag.
  static void check_tag(const YAML::Mark& mark, const std::string& tag) {
    const bool plain = tag.empty() || tag == "!" || tag == "?" || tag.starts_with("tag:yaml.org,2002:");
    if (!plain) throw Refused(mark, "expected a plain value, found the tag " + in_quotes(tag));
  }

  void spend(const YAML::Mark& mark, int nodes) {
    nodes_ += nodes;
    if (nodes_ > limits_.nodes) {
      throw Refused(mark, fmt::format("expected at most {} values in the file, found more", limits_.nodes));
    }
  }

  [[noreturn]] void too_deep(const YAML::Mark& mark) const {
    throw Refused(mark, fmt::format("expected at most {} levels of nesting, found more", limits_.depth));
  }

  YamlLimits limits_;
  YamlNode root_;
  std::vector<Open> open_;
  std::map<YAML::anchor_t, YamlNode> anchors_;
  int nodes_ = 0;
  int documents_ = 0;
};

}  // namespace

std::expected<YamlNode, TextError> parse_yaml(std::string_view text, const YamlLimits& limits) try {
  std::istringstream stream{std::string(text)};
  YAML::Parser parser(stream);
  TreeBuilder builder(limits);
  while (parser.HandleNextDocument(builder)) {
  }
  return builder.take();
} catch (const Refused& refused) {
  return std::unexpected(TextError{refused.line, refused.what()});
} catch (const YAML::Exception& problem) {
  return std::unexpected(TextError{line_of(problem.mark), "not YAML: " + problem.msg});
} catch (const std::exception& problem) {
  return std::unexpected(TextError{0, fmt::format("not YAML: {}", problem.what())});
}

std::string found(const YamlNode& node) {
  switch (node.kind) {
    case YamlNode::Kind::null:
      return "nothing";
    case YamlNode::Kind::scalar:
      return in_quotes(node.text);
    case YamlNode::Kind::list:
      return "a list";
    case YamlNode::Kind::map:
      return "a mapping";
  }
  return {};
}

std::string one_line(std::string text) {
  std::ranges::replace_if(text, [](unsigned char c) { return c < 0x20 || c == 0x7f; }, ' ');
  return text;
}

std::string printable(std::string_view text) {
  constexpr std::size_t kLongest = 60;
  if (text.size() <= kLongest) return one_line(std::string(text));
  std::size_t end = kLongest;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80)
    --end;  // Not inside a UTF-8 sequence.
  return one_line(std::string(text.substr(0, end))) + "…";
}

std::string in_quotes(std::string_view text) { return "'" + printable(text) + "'"; }

}  // namespace kinesight::config
