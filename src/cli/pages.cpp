#include "cli/pages.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "cli/arguments.h"
#include "cli/help.h"
#include "clips/clips_file.h"
#include "stream/stream_file.h"
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
    const std::string name = option.operand ? value_name(option) : key_text(option.key);
    text += fmt::format("| `{}` | {} | {} | {} |\n", name, cell(type_text(option, key_text)),
                        cell(default_text(option, key_text)), cell(help_text(option, key_text)));
  }
  return text;
}

/// A part of the page of a component: its heading, what it is for, its options.
std::string component(std::string_view heading, const config::Table& table) {
  return fmt::format("### {}\n\n{}\n\n{}\n", heading, table.summary(), option_rows(table, yaml_key));
}

/// A part of the page of what a camera or detector may have: its heading, what it is for, its options.
std::string block(std::string_view heading, const config::Table& table) {
  return fmt::format("{}\n\n{}\n\n{}\n", heading, table.summary(), option_rows(table, yaml_key));
}

constexpr std::string_view kCamerasIntroduction = R"(# cameras.yaml

The configuration of `kinesight infer`; `kinesight check --config FILE` says what is wrong with one. Paths are relative
to the folder in which the program runs.

)";

constexpr std::string_view kClipsIntroduction = R"(# clips.yaml

The configuration of `kinesight clips`; `kinesight check --of clips --config FILE` says what is wrong with one, and
`kinesight clips doctor --config FILE` what would not work. Paths are relative to the folder in which the program runs.

)";

constexpr std::string_view kStreamIntroduction = R"(# stream.yaml

The configuration of streams: which one, what counts in its records, their windows and tables; `kinesight check --of stream
--config FILE` says what is wrong with one. Every option has a default, and all of them together are the air-quality feed's.
Paths are relative to the folder in which the program runs.

)";

constexpr std::string_view kFileRules =
    R"(- A key that is not on this page is an error, as is a key that stands twice; the file is YAML in UTF-8 of at most 1 MiB.
- Any value may hold `${NAME}`, which stands for the environment variable NAME; `$${` is a plain `${`.
- Where an option names an environment variable, a variable that is set and not empty wins over the file.
- A part that is switched off (`enabled: false`) may lack what is required; what it has is checked.

)";

constexpr std::string_view kSourceNote =
    "An enabled camera has one source: `kvs: {…}`, or `source: {type: …, …}` with the options of that type "
    "beside it.\n\n";

constexpr std::string_view kRegionNote =
    "`regions:` is a list of mappings: under a camera they hold for all its detectors, in an entry of "
    "`detectors` for that one alone. A detector without any looks everywhere; each detection that a region "
    "keeps from being an event is counted.\n\n";

constexpr std::string_view kAggregateNote =
    "`aggregates:` is a list of 1 to 64 such mappings, each a column of the result, whose names differ. "
    "Beside them stand the key under its own name, `window_start` and `window_end`. Without a list: "
    "`avg_pm25` and `max_pm25` of `pm25_value`, `avg_aqi` and `max_aqi` of `aqi_value`, and "
    "`record_count`.\n\n";

constexpr std::string_view kDetectorNote =
    "An enabled camera has at least one detector: `detectors:` is a list of `{type: …, params: {…}}`, with "
    "`regions: […]` (see [Regions](#regions)) where it has any of its own and the options below beside "
    "`type`.\n\n";

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

std::string metric_rows(std::string_view program, std::span<const telemetry::MetricSpec* const> metrics) {
  std::string text =
      fmt::format("\n## {}\n\n| metric | type | labels | meaning |\n|---|---|---|---|\n", program);
  for (const telemetry::MetricSpec* metric : metrics) {
    std::string meaning(metric->help);
    if (!metric->buckets.empty())
      meaning += fmt::format(". Buckets up to {}", fmt::join(metric->buckets, ", "));
    text += fmt::format("| `{}` | {} | {} | {} |\n", metric->name, type_name(metric->type),
                        fmt::join(metric->labels, ", "), cell(meaning));
  }
  return text;
}

std::string page_name(const Subcommand& subcommand) {
  std::string name = "kinesight-" + subcommand.name() + ".md";
  std::ranges::replace(name, ' ', '-');
  return name;
}

}  // namespace

Page cameras_page(const Components& components) {
  const config::Catalog catalog = components.catalog();
  std::string text = fmt::format("{}{}{}", kMade, kCamerasIntroduction, kFileRules);
  text += fmt::format("## Top level\n\n{}\n", option_rows(config::ServiceOptions::table(), yaml_key));
  text += fmt::format(
      "`http`, `outbox`, `publishers` and `cameras` are mappings, described below.\n\n{}## "
      "outbox\n\n{}\n\n{}\n",
      block("## http", config::HttpOptions::table()), config::OutboxOptions::table().summary(),
      option_rows(config::OutboxOptions::table(), yaml_key));
  text += fmt::format("## publishers\n\n{}\n", option_rows(config::PublisherOptions::table(), yaml_key));
  for (const auto& [table] : catalog.publishers) {
    text += component(fmt::format("publishers.{}", table->name()), *table);
  }
  text += "## cameras\n\nA mapping of camera ids: 1 to 256 letters, digits, `_`, `.` and `-`.\n\n";
  text += fmt::format("{}\n", option_rows(config::CameraOptions::table(), yaml_key));
  text +=
      "Beside them stand the camera's source and `detectors`, and as it needs them `regions`, `motion_gate`, "
      "`bitstream_gate` and `overload`, all described below.\n\n";
  text += fmt::format("## Sources\n\n{}", kSourceNote);
  for (const auto& [table] : catalog.sources) {
    const bool kvs = table->name() == "kvs";
    text += component(kvs ? "kvs" : fmt::format("source, type: {}", table->name()), *table);
  }
  text += fmt::format("## Detectors\n\n{}{}\n", kDetectorNote,
                      option_rows(config::DetectorOptions::table(), yaml_key));
  for (const auto& [table] : catalog.detectors) {
    text += component(fmt::format("type: {}", table->name()), *table);
  }
  text += block("## Regions", config::RegionOptions::table()) + std::string(kRegionNote);
  text += "## Gates and overload\n\n";
  for (const config::Table* table :
       {&config::MotionGateOptions::table(), &config::BitstreamGateOptions::table(),
        &config::OverloadOptions::table()}) {
    text += block("### " + table->name(), *table);
  }
  text.pop_back();
  return {"cameras.yaml.md", text};
}

Page clips_page(const Components& components) {
  std::string text = fmt::format("{}{}{}", kMade, kClipsIntroduction, kFileRules);
  text += fmt::format("## Top level\n\n{}\n", option_rows(clips::ServiceOptions::table(), yaml_key));
  text += "Everything else is a mapping, described below.\n\n";
  for (const config::Table* table :
       {&clips::RabbitMqOptions::table(), &clips::QueueNames::table(), &clips::RedisOptions::table(),
        &clips::KvsOptions::table(), &clips::ClipOptions::table(), &clips::ThumbnailOptions::table(),
        &clips::SchedulerOptions::table(), &clips::RetryOptions::table(), &config::HttpOptions::table(),
        &clips::NextStage::table()}) {
    text += block("## " + table->name(), *table);
  }
  text += block("### m0.video_preprocessing", clips::VideoPreprocessing::table());
  text += "## storage\n\nWhere clips and their thumbnails are kept: `type` and the options of that type.\n\n";
  for (const auto& [table] : components.store_types()) {
    text += component(fmt::format("type: {}", table->name()), *table);
  }
  text.pop_back();
  return {"clips.yaml.md", text};
}

Page stream_page() {
  std::string text = fmt::format("{}{}{}", kMade, kStreamIntroduction, kFileRules);
  text += fmt::format("## Top level\n\n{}\n", option_rows(stream::ServiceOptions::table(), yaml_key));
  text += "Everything else is a mapping, described below.\n\n";
  for (const config::Table* table :
       {&stream::KinesisOptions::table(), &stream::RecordOptions::table(), &stream::WindowOptions::table()}) {
    text += block("## " + table->name(), *table);
  }
  text += block("### windows.aggregates", stream::AggregateOptions::table());
  text += kAggregateNote;
  for (const config::Table* table :
       {&stream::TablesOptions::table(), &stream::RealtimeOptions::table(), &stream::ProducerOptions::table(),
        &stream::SimulatorOptions::table(), &config::HttpOptions::table()}) {
    text += block("## " + table->name(), *table);
  }
  text.pop_back();
  return {"stream.yaml.md", text};
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
  std::string text = fmt::format("{}# Metrics\n\n`GET /metrics`, in Prometheus' text format.\n", kMade);
  text += metric_rows("kinesight infer", telemetry::kInferMetrics);
  text += metric_rows("kinesight clips", telemetry::kClipsMetrics);
  text += metric_rows("kinesight consume", telemetry::kStreamMetrics);
  text += metric_rows("kinesight produce", telemetry::kProduceMetrics);
  return {"metrics.md", text};
}

std::vector<Page> reference_pages(const Components& components, std::span<const Subcommand> subcommands) {
  std::vector<Page> pages = {program_page(subcommands), cameras_page(components), clips_page(components),
                             stream_page(), metrics_page()};
  for (const Subcommand& subcommand : subcommands) pages.push_back(subcommand_page(subcommand));
  return pages;
}

}  // namespace kinesight::cli
