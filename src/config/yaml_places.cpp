#include "config/yaml_places.h"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <sstream>

namespace kinesight::config {
namespace {

/// Builds the tree from yaml-cpp's events.
class Placer : public YAML::EventHandler {
 public:
  explicit Placer(std::string_view text) {
    for (std::size_t at = 0; at < text.size(); ++at) {
      if (text[at] == '\n') lines_.push_back(at + 1);
    }
  }

  Placed take() { return std::move(root_); }

  void OnDocumentStart(const YAML::Mark&) override {}
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& mark, YAML::anchor_t) override { leaf(mark); }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override { leaf(mark); }
  void OnScalar(const YAML::Mark& mark, const std::string&, YAML::anchor_t,
                const std::string& text) override {
    leaf(mark, text);
  }
  void OnSequenceStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t,
                       YAML::EmitterStyle::value) override {
    open_.push_back({.node = {.begin = offset(mark)}});
  }
  void OnMapStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t,
                  YAML::EmitterStyle::value style) override {
    open_.push_back(
        {.node = {.begin = offset(mark), .is_map = true, .flow = style == YAML::EmitterStyle::Flow}});
  }
  void OnSequenceEnd() override { end(); }
  void OnMapEnd() override { end(); }

 private:
  /// A list or mapping that has begun and not ended.
  struct Open {
    Placed node;
    bool has_key = false;  ///< In a mapping: the last entry waits for its value.
  };

  /// From the line and the column: yaml-cpp counts both in bytes of UTF-8.
  std::size_t offset(const YAML::Mark& mark) const {
    return mark.is_null()
               ? 0
               : lines_[static_cast<std::size_t>(mark.line)] + static_cast<std::size_t>(mark.column);
  }

  void leaf(const YAML::Mark& mark, const std::string& text = {}) { put({.begin = offset(mark)}, text); }

  void end() {
    Placed node = std::move(open_.back().node);
    open_.pop_back();
    put(std::move(node), {});
  }

  /// Where it belongs: a mapping's next key (`text`) or value, or the root. Items of lists are of no
  /// interest.
  void put(Placed node, const std::string& text) {
    if (open_.empty()) {
      root_ = std::move(node);
      return;
    }
    auto& [parent, has_key] = open_.back();
    if (!parent.is_map) return;
    if (has_key) {
      parent.entries.back().value = std::move(node);
    } else {
      parent.entries.push_back({.key = text, .begin = node.begin, .value = {}});
    }
    has_key = !has_key;
  }

  std::vector<std::size_t> lines_{0};  ///< Where each line begins.
  std::vector<Open> open_;
  Placed root_;
};

}  // namespace

Result<Placed> place_yaml(std::string_view text) try {
  std::istringstream stream{std::string(text)};
  YAML::Parser parser(stream);
  Placer placer(text);
  parser.HandleNextDocument(placer);
  return placer.take();
} catch (const std::exception& problem) {
  return fail(ErrorKind::invalid, "not YAML: {}", problem.what());
}

}  // namespace kinesight::config
