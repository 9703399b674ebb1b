#include "cli/pages.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "cli/arguments.h"
#include "cli/help.h"
#include "telemetry/catalog.h"

namespace kinesight::cli {
namespace {

constexpr std::string_view kMade =
    "<!-- Made by `kinesight reference --output docs/reference`. Do not edit. -->\n";

/// How an option's key is written where the table is used.
using KeyText = std::string (*)(const std::string& key);

std::string yaml_key(const std::string& key) { return key; }

/// A cell of a Markdown table.
std::string cell(std::string text) {
  for (std::size_t at = 0; (at = text.find('|', at)) != std::string::npos; at += 2) text.insert(at, "\\");
  return text;
}

std::string type_text(const config::Option& option, KeyText key_text) {
  if (option.shape == config::Shape::flag && key_text == flag) return "flag";
  if (!option.choices.empty()) return fmt::format("`{}`", fmt::join(option.choices, "`, `"));
  return option.constraint.empty() ? option.type : fmt::format("{}, {}", option.type, option.constraint);
}

std::string default_text(const config::Option& option, KeyText key_text) {
  if (option.required) return "required";
  const bool none = option.default_text.empty() || (option.shape == config::Shape::flag && key_text == flag);
  return none ? "" : fmt::format("`{}`", option.default_text);
}

std::string help_text(const config::Option& option, KeyText key_text) {
  std::string text = option.help;
  if (option.secret)
    text += fmt::format(" Never shown; may come from a file: `{}`.", key_text(option.key + "_file"));
  if (!option.env.empty()) text += fmt::format(" Environment: `{}`.", option.env);
  return text;
}

std::string option_rows(const config::Table& table, KeyText key_text) {
  if (table.options().empty()) return "No options.\n";
  std::string text = "| option | type | default | meaning |\n|---|---|---|---|\n";
  for (const config::Option& option : table.options()) {
    text += fmt::format("| `{}` | {} | {} | {} |\n", key_text(option.key), cell(type_text(option, key_text)),
                        cell(default_text(option, key_text)), cell(help_text(option, key_text)));
  }
  return text;
}

/// A part of the page of a component: its heading, what it is for, its options.
std::string component(std::string_view heading, const config::Table& table, bool available) {
  return fmt::format(
      "### {}\n\n{}{}\n\n{}\n", heading, table.summary(),
      available ? "" : " **Not in this version:** its options are checked, and it does not run yet.",
      option_rows(table, yaml_key));
}

constexpr std::string_view kCamerasIntroduction = R"(# cameras.yaml

The configuration of `kinesight infer`; `kinesight check --config FILE` says what is wrong with one. Paths are relative
to the folder in which the program runs.

- A key that is not on this page is an error, as is a key that stands twice; the file is YAML in UTF-8 of at most 1 MiB.
- Any value may hold `${NAME}`, which stands for the environment variable NAME; `$${` is a plain `${`.
- Where an option names an environment variable, a variable that is set and not empty wins over the file.
- A part that is switched off (`enabled: false`) may lack what is required; what it has is checked.

)";

constexpr std::string_view kSourceNote =
    "An enabled camera has one source: `kvs: {…}`, or `source: {type: …, …}` with the options of that type "
    "beside it.\n\n";

constexpr std::string_view kDetectorNote =
    "An enabled camera has at least one detector: `detectors:` is a list of `{type: …, params: {…}}`.\n\n";

std::string_view type_name(telemetry::MetricType type) {
  switch (type) {
    case telemetry::MetricType::counter:
      return "counter";
    case telemetry::MetricType::gauge:
      return "gauge";
    case telemetry::MetricType::histogram:
      return "histogram";
  }
  return {};
}

std::string page_name(const Subcommand& subcommand) {
  std::string name = "kinesight-" + subcommand.name() + ".md";
  std::ranges::replace(name, ' ', '-');
  return name;
}

}  // namespace

Page cameras_page(const Components& components) {
  const config::Catalog catalog = components.catalog();
  std::string text = fmt::format("{}{}", kMade, kCamerasIntroduction);
  text += fmt::format("## Top level\n\n{}\n", option_rows(config::ServiceOptions::table(), yaml_key));
  text += fmt::format(
      "`outbox`, `publishers` and `cameras` are mappings, described below.\n\n## outbox\n\n{}\n\n{}\n",
      config::OutboxOptions::table().summary(), option_rows(config::OutboxOptions::table(), yaml_key));
  text += fmt::format("## publishers\n\n{}\n", option_rows(config::PublisherOptions::table(), yaml_key));
  for (const auto& [table, available] : catalog.publishers) {
    text += component(fmt::format("publishers.{}", table->name()), *table, available);
  }
  text += "## cameras\n\nA mapping of camera ids: 1 to 256 letters, digits, `_`, `.` and `-`.\n\n";
  text +=
      fmt::format("{}\n## Sources\n\n{}", option_rows(config::CameraOptions::table(), yaml_key), kSourceNote);
  for (const auto& [table, available] : catalog.sources) {
    const bool kvs = table->name() == "kvs";
    text += component(kvs ? "kvs" : fmt::format("source, type: {}", table->name()), *table, available);
  }
  text += fmt::format("## Detectors\n\n{}", kDetectorNote);
  for (const auto& [table, available] : catalog.detectors) {
    text += component(fmt::format("type: {}", table->name()), *table, available);
  }
  text.pop_back();
  return {"cameras.yaml.md", text};
}

Page program_page(std::span<const Subcommand> subcommands) {
  std::string text = fmt::format("{}# kinesight\n", kMade);
  for (const Group group : {Group::jobs, Group::around, Group::development}) {
    text += fmt::format("\n## {}\n\n| command | |\n|---|---|\n", heading(group));
    for (const Subcommand& subcommand : subcommands) {
      if (subcommand.group != group) continue;
      text += fmt::format("| [`kinesight {}`]({}) | {} |\n", subcommand.name(), page_name(subcommand),
                          cell(subcommand.options.summary()));
    }
  }
  text +=
      "\nExit codes: 0 done, 1 failed, 2 asked wrongly (bad arguments, or a configuration that cannot be "
      "used).\n";
  return {"kinesight.md", text};
}

Page subcommand_page(const Subcommand& subcommand) {
  return {page_name(subcommand), fmt::format("{}# kinesight {}\n\n{}\n\n    {}\n\n{}", kMade,
                                             subcommand.name(), subcommand.options.summary(),
                                             usage(subcommand), option_rows(subcommand.options, flag))};
}

Page metrics_page() {
  std::string text = fmt::format("{}# Metrics\n\n`GET /metrics`, in Prometheus' text format.\n\n", kMade);
  text += "| metric | type | labels | meaning |\n|---|---|---|---|\n";
  for (const telemetry::MetricSpec* metric : telemetry::kAllMetrics) {
    std::string meaning(metric->help);
    if (!metric->buckets.empty())
      meaning += fmt::format(". Buckets up to {}", fmt::join(metric->buckets, ", "));
    text += fmt::format("| `{}` | {} | {} | {} |\n", metric->name, type_name(metric->type),
                        fmt::join(metric->labels, ", "), cell(meaning));
  }
  return {"metrics.md", text};
}

std::vector<Page> reference_pages(const Components& components, std::span<const Subcommand> subcommands) {
  std::vector<Page> pages = {program_page(subcommands), cameras_page(components), metrics_page()};
  for (const Subcommand& subcommand : subcommands) pages.push_back(subcommand_page(subcommand));
  return pages;
}

}  // namespace kinesight::cli
