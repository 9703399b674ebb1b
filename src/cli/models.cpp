// kinesight models add, kinesight models list: the models folder.

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <ostream>

#include "base/clock.h"
#include "cli/human.h"
#include "cli/models/options.h"
#include "cli/models/shelf.h"
#include "cli/state_directory.h"
#include "cli/subcommands.h"
#include "event/moment.h"

namespace kinesight::cli {
namespace {

using Json = nlohmann::ordered_json;

const config::Table& add_table() {
  static const config::Table table = [] {
    auto described = ModelsTable(
        "models add", "Try a model and copy it into the models folder, with a card that says what it is.");
    described
        .option("file", &ModelsOptions::file,
                "The model: an .onnx file, an OpenVINO .xml, an exported folder, or a .pt with its export "
                "beside it.")
        .operand()
        .required()
        .not_empty()
        .value_name("FILE")
        .option("name", &ModelsOptions::name, "What it is to be called; the file's name.")
        .value_name("NAME");
    with_hints(with_directory(described));
    return config::Table(described.option("force", &ModelsOptions::force, "Replace a model of that name."));
  }();
  return table;
}

const config::Table& list_table() {
  static const config::Table table = [] {
    auto described = ModelsTable("models list", "Show the models that are registered.");
    return config::Table(
        with_directory(described).option("json", &ModelsOptions::json, "One JSON object a line: the cards."));
  }();
  return table;
}

int run_add(const config::Parsed& parsed, Context& context) {
  const auto& options = parsed.as<ModelsOptions>();
  auto hints = trial_options(options);
  if (!hints) return report_failure(hints.error(), context);
  const ModelShelf shelf(options.directory);
  const auto card =
      shelf.add({.path = options.file, .name = options.name, .options = *hints, .replace = options.force},
                Clock::system().wall_ms());
  if (!card) return report_failure(card.error(), context);
  for (const auto& note : card->trial.notes) context.err << "note: " << note << "\n";
  context.out << fmt::format("{}: {}\n\n{}", card->name, summary(card->trial),
                             indented(config_lines(*card, shelf.folder())));
  return kOk;
}

constexpr std::string_view kListRow = "{:<20}  {:<28}  {:<8}  {:>7}  {:>11}  {:>10}  {:>8}  {:<20}\n";

void print_card(const ModelCard& card, std::ostream& out) {
  out << fmt::format(fmt::runtime(kListRow), card.name, card.model, card.trial.head,
                     card.trial.classes.size(), fmt::format("{} x {}", card.trial.width, card.trial.height),
                     human_bytes(card.bytes()), fmt::format("{:.1f}", card.trial.ms),
                     event::format_moment(card.added_ms).substr(0, 16));
}

int run_list(const config::Parsed& parsed, Context& context) {
  const auto& options = parsed.as<ModelsOptions>();
  const auto entries = ModelShelf(options.directory).list();
  if (!entries) return report_failure(entries.error(), context);
  if (!options.json) {
    context.out << fmt::format(fmt::runtime(kListRow), "NAME", "FILE", "HEAD", "CLASSES", "INPUT", "SIZE",
                               "MS", "ADDED (UTC)");
  }
  int code = kOk;
  for (const auto& entry : *entries) {
    if (!entry.card) {
      code = report_failure(entry.card.error(), context);
    } else if (options.json) {
      context.out << Json::parse(to_json(*entry.card)).dump() << '\n';
    } else {
      print_card(*entry.card, context.out);
    }
  }
  return code;
}

}  // namespace

Subcommand models_add_subcommand() { return {add_table(), Group::around, run_add}; }
Subcommand models_list_subcommand() { return {list_table(), Group::around, run_list}; }

}  // namespace kinesight::cli
