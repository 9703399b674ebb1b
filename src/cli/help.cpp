#include "cli/help.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "cli/arguments.h"

namespace kinesight::cli {
namespace {

constexpr std::size_t kColumns = 100;
constexpr std::string_view kTitle = "Cameras and sensor feeds on Amazon Kinesis: detections, clips, windows.";

/// What stands left and right in a list.
using Row = std::pair<std::string, std::string>;

/// `text` in lines of at most `width` characters, cut between words.
std::vector<std::string> wrap_lines(std::string_view text, std::size_t width) {
  std::vector<std::string> lines(1);
  while (!text.empty()) {
    const std::size_t blank = text.find(' ');
    const std::string_view word = text.substr(0, blank);
    if (!lines.back().empty() && lines.back().size() + 1 + word.size() > width) lines.emplace_back();
    if (!lines.back().empty()) lines.back() += ' ';
    lines.back() += word;
    text.remove_prefix(blank == std::string_view::npos ? text.size() : blank + 1);
  }
  return lines;
}

std::string list(const std::vector<Row>& rows) {
  std::size_t left_width = 0;
  for (const auto& [left, right] : rows) left_width = std::max(left_width, left.size());
  std::string text;
  for (const auto& [left, right] : rows) {
    std::string label = left;
    for (const std::string& line : wrap_lines(right, kColumns - left_width - 6)) {
      text += fmt::format("   {:<{}}   {}\n", std::exchange(label, ""), left_width, line);
    }
  }
  return text;
}

/// An option as it is written: "--config FILE", "--strict".
std::string written(const config::Option& option) {
  const std::string value = value_name(option);
  return flag(option.key) + (value.empty() ? "" : " " + value);
}

std::string explained(const config::Option& option) {
  std::string text = option.help;
  if (option.required) text += " Required.";
  if (option.shape == config::Shape::list) text += " May be repeated.";
  if (!option.constraint.empty() && option.constraint != "not empty")
    text += fmt::format(" Allowed: {}.", option.constraint);
  if (!option.default_text.empty() && option.shape != config::Shape::flag) {
    text += fmt::format(" Default: {}.", option.default_text);
  }
  if (!option.env.empty()) text += fmt::format(" Environment: {}.", option.env);
  return text;
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
  std::string text = "kinesight " + subcommand.name();
  for (const config::Option& option : subcommand.options.options()) {
    text += option.required ? " " + written(option) : fmt::format(" [{}]", written(option));
  }
  return text;
}

std::string main_help(std::span<const Subcommand> subcommands) {
  std::string text = fmt::format("usage: kinesight <command> [options]\n\n{}\n", kTitle);
  for (const Group group : {Group::jobs, Group::around, Group::development}) {
    std::vector<Row> rows;
    for (const Subcommand& subcommand : subcommands) {
      if (subcommand.group == group) rows.emplace_back(subcommand.name(), subcommand.options.summary());
    }
    if (!rows.empty()) text += fmt::format("\n{}\n{}", heading(group), list(rows));
  }
  return text +
         "\n'kinesight <command> --help' explains a command; 'kinesight --version' names the version.\n";
}

std::string family_help_text(std::string_view family, std::span<const Subcommand> subcommands) {
  std::vector<Row> rows;
  for (const Subcommand& subcommand : subcommands) {
    if (subcommand.name().starts_with(std::string(family) + " ")) {
      rows.emplace_back(subcommand.name(), subcommand.options.summary());
    }
  }
  return fmt::format("usage: kinesight {} <command> [options]\n\n{}", family, list(rows));
}

std::string subcommand_help(const Subcommand& subcommand) {
  std::vector<Row> rows;
  for (const config::Option& option : subcommand.options.options())
    rows.emplace_back(written(option), explained(option));
  rows.emplace_back("--help", "Shows this.");
  std::string text;
  for (const std::string& line : wrap_lines("usage: " + usage(subcommand), kColumns)) {
    text += text.empty() ? line + "\n" : "          " + line + "\n";
  }
  return fmt::format("{}\n{}\n\nOptions\n{}", text, subcommand.options.summary(), list(rows));
}

}  // namespace kinesight::cli
