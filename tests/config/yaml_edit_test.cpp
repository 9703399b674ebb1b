#include "config/yaml_edit.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <regex>

#include "base/rng.h"
#include "config/yaml_writer.h"
#include "support/replay.h"

namespace kinesight::config {
namespace {

using testing::HasSubstr;
using Kind = YamlNode::Kind;

YamlNode tree(std::string_view text) {
  auto parsed = parse_yaml(text);
  EXPECT_TRUE(parsed) << parsed.error().message << "\n" << text;
  return parsed ? *parsed : YamlNode();
}

YamlNode value_of(std::string_view text, const std::string& key) {
  for (auto& entry : tree(text).entries) {
    if (entry.key == key) return entry.value;
  }
  return {};
}

const std::string kFile = R"(# The house.
state_directory: ./data   # beside this file

cameras:
  # At the gate.
  gate:
    fps_target: 5
    regions:              # drawn by hand
      - name: street
        mode: exclude
        polygon: [[0, 0], [1, 0], [1, 0.5]]

    # What it looks for.
    detectors: [{type: object}]
  yard: {fps_target: 2, source: {type: rtsp, url: "rtsp://u:${PASSWORD}@h/"}, detectors: [{type: object}]}
# The end.
)";

const YamlNode kRegions = value_of("r: [{name: door, polygon: [[0, 0], [1, 0], [1, 1]]}]", "r");

TEST(YamlEdit, ReplacesABlockAndLeavesTheRest) {
  EXPECT_EQ(edit_yaml(kFile, {"cameras", "gate"}, "regions", kRegions).value(), R"(# The house.
state_directory: ./data   # beside this file

cameras:
  # At the gate.
  gate:
    fps_target: 5
    regions:
      - name: door
        polygon: [[0, 0], [1, 0], [1, 1]]

    # What it looks for.
    detectors: [{type: object}]
  yard: {fps_target: 2, source: {type: rtsp, url: "rtsp://u:${PASSWORD}@h/"}, detectors: [{type: object}]}
# The end.
)");
}

TEST(YamlEdit, TakesABlockAway) {
  const auto edited = edit_yaml(kFile, {"cameras", "gate"}, "regions", std::nullopt).value();
  EXPECT_THAT(edited, HasSubstr("    fps_target: 5\n\n    # What it looks for.\n    detectors"));
  EXPECT_EQ(edit_yaml(edited, {"cameras", "gate"}, "regions", std::nullopt).value(), edited) << "it is gone";
}

TEST(YamlEdit, InsertsIntoFlowAndBlock) {
  EXPECT_THAT(edit_yaml(kFile, {"cameras", "yard"}, "regions", kRegions).value(),
              HasSubstr("  yard: {regions: [{name: door, polygon: [[0, 0], [1, 0], [1, 1]]}], fps_target: 2, "
                        "source: {type: rtsp, url: \"rtsp://u:${PASSWORD}@h/\"}, detectors"));
  EXPECT_THAT(
      edit_yaml("cameras:\n  a:\n    fps_target: 5  # slow", {"cameras", "a"}, "regions", kRegions).value(),
      testing::EndsWith("fps_target: 5  # slow\n    regions:\n      - name: door\n"
                        "        polygon: [[0, 0], [1, 0], [1, 1]]\n"));
}

TEST(YamlEdit, AddsAndRemovesAWholeCamera) {
  const auto camera = value_of("c: {source: {type: file, path: a b.mp4}, detectors: [{type: object}]}", "c");
  const auto added = edit_yaml(kFile, {"cameras"}, "roof", camera).value();
  EXPECT_THAT(added,
              HasSubstr("  roof:\n    source:\n      type: file\n      path: \"a b.mp4\"\n    detectors:\n"
                        "      - type: object\n# The end.\n"));
  EXPECT_EQ(edit_yaml(added, {"cameras"}, "roof", std::nullopt).value(), kFile);
}

TEST(YamlEdit, KeepsTheLineEndsOfTheFile) {
  const auto edited =
      edit_yaml("cameras:\r\n  a:\r\n    fps_target: 5\r\n", {"cameras", "a"}, "regions", kRegions);
  EXPECT_THAT(edited.value(), HasSubstr("5\r\n    regions:\r\n      - name: door\r\n        polygon"));
}

TEST(YamlEdit, WhatCannotBeChangedAtOnePlaceIsLeftToAPerson) {
  for (const auto* text : {"cameras:\n  a: &a\n    fps_target: 5\n  b: *a\n",  // Would change b as well.
                           "cameras:\n  b: &b {fps_target: 1}\n  a: *b\n", "cameras:\n  a:\n", "- a\n",
                           "cameras:\n  a: {regions: &r [], fps_target: 5}\n  b: {regions: *r}\n"}) {
    const auto edited = edit_yaml(text, {"cameras", "a"}, "regions", kRegions);
    ASSERT_FALSE(edited) << text << "->\n" << *edited;
    EXPECT_EQ(edited.error().kind, ErrorKind::invalid);
  }
}

TEST(YamlWriter, WhatItWritesIsReadAsTheSame) {
  for (const auto* word : {"plain",  "-5",      "0.25", "- x",         "a: b", "#",  "null",
                           "yes",    "",        " ",    "it's \"so\"", "\\",   "é",  "Mon-Fri 22:00-06:00",
                           "${VAR}", "a\tb\nc", "[",    "{}",          "~",    "*a", "&a",
                           "!t",     "%",       "@",    "---"}) {
    const YamlNode node{Kind::scalar, 0, word, {}, {}};
    const auto block = value_of(block_entry("key", node, 0), "key");
    EXPECT_EQ(block.kind, Kind::scalar) << word;
    EXPECT_EQ(block.text, word);
    EXPECT_EQ(value_of("{" + flow_entry(word, node) + "}", word).text, word);
  }
}

/// Draws files as people write them, and changes of them.
class Author {
 public:
  explicit Author(Rng& rng) : rng_(rng) {}

  std::string file(int cameras) {
    std::string text = comment(0) + "state_directory: ./data\n" + comment(0) + "cameras:\n";
    for (int i = 0; i < cameras; ++i) {
      text += comment(2) + (rng_.chance(0.4) ? flow_camera(i) : block_camera(i));
    }
    text += comment(0) + (rng_.chance(0.5) ? "outbox: {max_bytes: 1000000}" + comment(0, true) : "");
    if (rng_.chance(0.3)) text.pop_back();
    return text;
  }

  std::optional<YamlNode> regions() {
    if (rng_.chance(0.2)) return std::nullopt;
    YamlNode list{Kind::list, 0, {}, {}, {}};
    for (int i = rng_.integer(0, 3); i > 0; --i) list.items.push_back(region(i));
    return list;
  }

 private:
  YamlNode region(int number) {
    const YamlNode name{Kind::scalar, 0, "region: " + std::to_string(number), {}, {}};
    auto polygon = value_of("p: [[0, 0], [1, 0], [0.5, 1]]", "p");
    return {Kind::map, 0, {}, {}, {{"name", 0, name}, {"polygon", 0, std::move(polygon)}}};
  }

  /// Blank lines and comments, or nothing; at the end of a line or on lines of their own.
  std::string comment(int indent, bool ends_line = false) {
    if (rng_.chance(0.5)) return ends_line ? "\n" : "";
    const auto words = "# comment " + std::to_string(++comments_) + "\n";
    const std::string margin(static_cast<std::size_t>(rng_.chance(0.8) ? indent : rng_.integer(0, 8)), ' ');
    return (ends_line ? "  " : (rng_.chance(0.3) ? "\n" : "") + margin) + words;
  }

  std::string block_camera(int number) {
    std::vector<std::string> parts = {"    fps_target: 5" + comment(0, true),
                                      "    source: {type: file, path: 'it''s # a.mp4'}" + comment(0, true),
                                      "    detectors:\n    - {type: object}\n    - type: weapon\n"};
    if (rng_.chance(0.6)) {
      const std::vector<std::string> styles = {
          "    regions:\n      - name: a  # inside\n        polygon: [[0, 0],\n  [1, 0], [1, 1]]\n",
          "    regions:\n    - {name: a, schedule: [\"Mon-Fri 22:00-06:00\"]}\n    # inside\n    - {name: "
          "b}\n",
          "    regions: []\n", "    \"regions\": [ {name: a, # inside }\n mode: exclude} ]\n"};
      parts.insert(parts.begin() + rng_.integer(0, 3), styles[static_cast<std::size_t>(rng_.integer(0, 3))]);
    }
    std::string text = "  camera-" + std::to_string(number) + ":" + comment(0, true);
    for (const auto& part : parts) text += comment(4) + part;
    return text;
  }

  std::string flow_camera(int number) {
    std::vector<std::string> parts = {"fps_target: 5", "source: {type: file, path: \"a, }\\\" #.mp4\"}",
                                      "detectors: [{type: object}, {type: weapon}]"};
    if (rng_.chance(0.6))
      parts.insert(parts.begin() + rng_.integer(0, 3), "regions: [{name: it's, polygon: [[0, 0]]}]");
    std::string text;
    for (const auto& part : parts) {
      text += (text.empty() ? "" : rng_.chance(0.3) ? ",\n      " : ", ") + part;
    }
    return "  camera-" + std::to_string(number) + ": {" + text + (rng_.chance(0.2) ? ",}" : "}") +
           comment(0, true);
  }

  Rng& rng_;
  int comments_ = 0;
};

/// Every "# comment …" of `text`, in order. Those inside of regions are called otherwise.
std::vector<std::string> comments(const std::string& text) {
  static const std::regex kComment("# comment [0-9]+");
  return {std::sregex_token_iterator(text.begin(), text.end(), kComment), std::sregex_token_iterator()};
}

/// What the file says of everything but the regions of one camera, and those.
std::pair<std::string, std::string> told(std::string_view text, const std::string& camera) {
  YamlNode root = tree(text);
  std::string regions;
  for (auto& top : root.entries) {
    for (auto& one : top.value.entries) {
      if (top.key != "cameras" || one.key != camera) continue;
      for (const auto& entry : one.value.entries) {
        if (entry.key == "regions") regions = flow_entry(entry.key, entry.value);
      }
      std::erase_if(one.value.entries, [](const YamlEntry& entry) { return entry.key == "regions"; });
    }
  }
  return {flow_entry("file", root), regions};
}

TEST(YamlEdit, AnyChangeOfAnyFileChangesThatAlone) {
  const auto seed = support::replay_seed();
  Rng rng(seed);
  for (int round = 0; round < 500; ++round) {
    Author author(rng);
    const int cameras = rng.integer(1, 4);
    const auto text = author.file(cameras);
    const auto camera = "camera-" + std::to_string(rng.integer(0, cameras - 1));
    const auto regions = author.regions();
    const auto edited = edit_yaml(text, {"cameras", camera}, "regions", regions);
    ASSERT_TRUE(edited) << "seed " << seed << ", " << camera << ": " << edited.error().message << "\n"
                        << text;
    const auto [rest, said] = told(*edited, camera);
    ASSERT_EQ(rest, told(text, camera).first) << "seed " << seed << "\n" << text << "->\n" << *edited;
    ASSERT_EQ(said, regions ? flow_entry("regions", *regions) : "") << "seed " << seed;
    ASSERT_EQ(comments(*edited), comments(text)) << "seed " << seed << "\n" << text << "->\n" << *edited;
  }
}

}  // namespace
}  // namespace kinesight::config
