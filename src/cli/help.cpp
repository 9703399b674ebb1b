#include "cli/help.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <functional>
#include <optional>
#include <utility>
#include <vector>

#include "cli/arguments.h"

namespace kinesight::cli {
namespace {

constexpr std::size_t kColumns = 100;
constexpr std::string_view kUsage = "usage: ";
constexpr std::string_view kTitle = "Cameras and sensor feeds on Amazon Kinesis: detections, clips, windows.";

/// What stands left and right in a list.
using Row = std::pair<std::string, std::string>;

std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> words;
  while (!text.empty()) {
    const std::size_t blank = text.find(' ');
    words.emplace_back(text.substr(0, blank));
    text.remove_prefix(blank == std::string_view::npos ? text.size() : blank + 1);
  }
  return words;
}

/// `words` in lines of at most `width` characters.
std::vector<std::string> wrap_lines(const std::vector<std::string>& words, std::size_t width) {
  std::vector<std::string> lines(1);
  for (const std::string& word : words) {
    if (!lines.back().empty() && lines.back().size() + 1 + word.size() > width) lines.emplace_back();
    if (!lines.back().empty()) lines.back() += ' ';
    lines.back() += word;
  }
  return lines;
}

/// The width of the widest left side.
std::size_t left_width(const std::vector<Row>& rows) {
  std::size_t width = 0;
  for (const auto& [left, right] : rows) width = std::max(width, left.size());
  return width;
}

/// The rows with their left sides `width` wide, the right ones wrapped beside them.
std::string list(const std::vector<Row>& rows, std::size_t width) {
  const std::size_t room = kColumns - std::min(width, kColumns / 2) - 6;
  std::string text;
  for (const auto& [left, right] : rows) {
    std::string label = left;
    for (const std::string& line : wrap_lines(words_of(right), room)) {
      text += fmt::format("   {:<{}}   {}\n", std::exchange(label, ""), width, line);
    }
  }
  return text;
}

/// The subcommands whose names begin with `prefix`.
std::vector<Row> summaries(std::span<const Subcommand> subcommands, std::string_view prefix,
                           std::optional<Group> group = std::nullopt) {
  std::vector<Row> rows;
  for (const Subcommand& subcommand : subcommands) {
    if (!subcommand.name().starts_with(prefix) || (group && subcommand.group != *group)) continue;
    rows.emplace_back(subcommand.name(), subcommand.options.summary());
  }
  return rows;
}

/// An option as it is written: "--config FILE", "--strict"; an operand: "IMAGE", "IMAGE...".
std::string written(const config::Option& option) {
  const std::string value = value_name(option);
  if (option.operand) return value + (option.shape == config::Shape::list ? "..." : "");
  return flag(option.key) + (value.empty() ? "" : " " + value);
}

std::string explained(const config::Option& option) {
  std::string text = option.help;
  if (option.required) text += " Required.";
  if (option.shape == config::Shape::list && !option.operand) text += " May be repeated.";
  if (!option.constraint.empty() && option.constraint != "not empty")
    text += fmt::format(" Allowed: {}.", option.constraint);
  if (!option.default_text.empty() && option.shape != config::Shape::flag) {
    text += fmt::format(" Default: {}.", option.default_text);
  }
  if (!option.env.empty()) text += fmt::format(" Environment: {}.", option.env);
  return text;
}

/// The parts of a usage line that stay together: "[--http HOST:PORT]".
std::vector<std::string> usage_words(const Subcommand& subcommand) {
  std::vector<std::string> words = {"kinesight " + subcommand.name()};
  auto options = subcommand.options.options();
  std::ranges::stable_partition(options, std::not_fn(&config::Option::operand));  // Operands come last.
  for (const config::Option& option : options) {
    words.push_back(option.required ? written(option) : fmt::format("[{}]", written(option)));
  }
  return words;
}

}  // namespace

std::string version() { return "kinesight " KINESIGHT_VERSION; }

std::string_view heading(Group group) {
  switch (group) {
    case Group::jobs:
      return "Jobs";
    case Group::around:
      return "Around them";
    case Group::development:
      return "Development";
  }
  return {};
}

std::string value_name(const config::Option& option) {
  if (option.shape == config::Shape::flag) return {};
  if (!option.value_name.empty()) return option.value_name;
  if (!option.choices.empty()) return fmt::format("{}", fmt::join(option.choices, "|"));
  return option.type == "number" || option.type == "integer" ? "N" : "TEXT";
}

std::string usage(const Subcommand& subcommand) {
  return fmt::format("{}", fmt::join(usage_words(subcommand), " "));
}

std::string main_help(std::span<const Subcommand> subcommands) {
  std::string text = fmt::format("usage: kinesight <command> [options]\n\n{}\n", kTitle);
  const std::size_t width = left_width(summaries(subcommands, ""));
  for (const Group group : {Group::jobs, Group::around, Group::development}) {
    const auto rows = summaries(subcommands, "", group);
    if (!rows.empty()) text += fmt::format("\n{}\n{}", heading(group), list(rows, width));
  }
  return text +
         "\n'kinesight <command> --help' explains a command; 'kinesight --version' names the version.\n";
}

std::string family_help(std::string_view family, std::span<const Subcommand> subcommands) {
  const auto rows = summaries(subcommands, std::string(family) + " ");
  return fmt::format("usage: kinesight {} <command> [options]\n\n{}", family, list(rows, left_width(rows)));
}

std::string subcommand_help(const Subcommand& subcommand) {
  std::vector<Row> rows;
  for (const config::Option& option : subcommand.options.options()) {
    rows.emplace_back(written(option), explained(option));
  }
  rows.emplace_back("--help", "Shows this.");
  const auto lines = wrap_lines(usage_words(subcommand), kColumns - kUsage.size());
  return fmt::format("{}{}\n\n{}\n\nOptions\n{}", kUsage, fmt::join(lines, "\n          "),
                     subcommand.options.summary(), list(rows, left_width(rows)));
}

}  // namespace kinesight::cli
