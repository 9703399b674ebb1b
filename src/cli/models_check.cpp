// kinesight models check: whether models can be used.
#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <ostream>

#include "cli/models/options.h"
#include "cli/models/shelf.h"
#include "cli/state_directory.h"
#include "cli/subcommands.h"

namespace kinesight::cli {
namespace {

using Json = nlohmann::ordered_json;

const config::Table& check_table() {
  static const config::Table table = [] {
    auto described =
        ModelsTable("models check", "Say whether models can be used: whole, as registered, and running.");
    described
        .option(
            "models", &ModelsOptions::models,
            "Registered models by their names, or model files; all that are registered when none is given.")
        .operand()
        .value_name("MODEL");
    with_hints(with_directory(described));
    return config::Table(described.option("json", &ModelsOptions::json, "One JSON object a line."));
  }();
  return table;
}

/// A model to be checked, and what came of it.
struct Subject {
  std::string name;
  std::string use;  ///< What a configuration says to use it; empty where its card cannot be read.
  Result<Checked> checked;
};

Subject check_registered(const ModelShelf& shelf, const ModelCard& card) {
  return {card.name, config_lines(card, shelf.folder()), shelf.check(card)};
}

Subject check_file(const std::string& path, const TrialOptions& hints) {
  ModelCard card{.name = path, .model = path, .files = {}, .given = hints, .trial = {}, .from = {}};
  auto trial = try_model(path, hints);
  if (!trial) return {path, "", std::unexpected(trial.error())};
  return {path, config_lines(card, ""), Checked{std::move(*trial), {}}};
}

/// A name of the shelf, or else a file.
Subject check_one(const ModelShelf& shelf, const std::string& word, const TrialOptions& hints) {
  const auto card = shelf.find(word);
  if (card) return check_registered(shelf, *card);
  if (card.error().kind != ErrorKind::not_found) return {word, "", std::unexpected(card.error())};
  const bool path = word.find_first_of("./\\") != std::string::npos;
  if (path) return check_file(word, hints);
  return {word, "",
          fail(ErrorKind::not_found, "no model is called '{}' in {}, and it is no model file", word,
               shelf.folder().string())};
}

Result<std::vector<Subject>> check_all(const ModelShelf& shelf) {
  const auto entries = shelf.list();
  if (!entries) return std::unexpected(entries.error());
  std::vector<Subject> subjects;
  for (const auto& [name, card] : *entries) {
    subjects.push_back(card ? check_registered(shelf, *card)
                            : Subject{name, "", std::unexpected(card.error())});
  }
  return subjects;
}

bool good(const Subject& subject) { return subject.checked && subject.checked->differences.empty(); }

void print_text(const Subject& subject, std::ostream& out) {
  out << fmt::format("{}: {}\n", subject.name, good(subject) ? "good" : "BAD");
  if (!subject.checked) {
    out << "  " << subject.checked.error().message << "\n";
    return;
  }
  out << "  " << summary(subject.checked->trial) << "\n";
  for (const auto& note : subject.checked->trial.notes) out << "  note: " << note << "\n";
  for (const auto& difference : subject.checked->differences) out << "  " << difference << "\n";
  if (good(subject)) out << indented(subject.use);
}

void print_json(const Subject& subject, std::ostream& out) {
  Json line = {{"model", subject.name}, {"good", good(subject)}};
  if (subject.checked) {
    const auto& trial = subject.checked->trial;
    line["head"] = trial.head;
    line["classes"] = trial.classes;
    line["input"] = {trial.width, trial.height};
    line["ms"] = trial.ms;
    line["processors"] = trial.processors;
    line["notes"] = trial.notes;
    line["problems"] = subject.checked->differences;
  } else {
    line["problems"] = {subject.checked.error().message};
  }
  out << line.dump(-1, ' ', false, Json::error_handler_t::replace) << '\n';
}

int run_check(const config::Parsed& parsed, Context& context) {
  const auto& options = parsed.as<ModelsOptions>();
  const auto hints = trial_options(options);
  if (!hints) return report_failure(hints.error(), context);
  const ModelShelf shelf(options.directory);
  std::vector<Subject> subjects;
  for (const auto& word : options.models) subjects.push_back(check_one(shelf, word, *hints));
  if (options.models.empty()) {
    auto all = check_all(shelf);
    if (!all) return report_failure(all.error(), context);
    subjects = std::move(*all);
    if (subjects.empty())
      context.err << "kinesight: no model is registered in " << shelf.folder().string() << "\n";
  }
  for (const auto& subject : subjects) (options.json ? print_json : print_text)(subject, context.out);
  return std::ranges::all_of(subjects, good) ? kOk : kFailed;
}

}  // namespace

Subcommand models_check_subcommand() { return {check_table(), Group::around, run_check}; }

}  // namespace kinesight::cli
