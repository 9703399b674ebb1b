#include "cli/arguments.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>

#include "config/nearest.h"
#include "config/yaml.h"

namespace kinesight::cli {
namespace {

using config::Option;
using config::Shape;
using config::Value;

/// An argument for every row of the table. CLI11 cuts the command line into words; what they mean is the
/// table's say.
void add_options(CLI::App& app, const config::Table& table) {
  for (const Option& option : table.options()) {
    if (option.operand) continue;
    const std::string name = flag(option.key);
    CLI::Option* added = option.shape == Shape::flag ? app.add_flag(name) : app.add_option(name);
    added->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
    if (option.shape != Shape::flag) added->allow_extra_args(false);
  }
}

std::vector<std::string> flags(const config::Table& table) {
  std::vector<std::string> flags = {"--help"};
  for (const Option& option : table.options()) {
    if (!option.operand) flags.push_back(flag(option.key));
  }
  return flags;
}

/// What CLI11 made nothing of.
std::string unknown(const std::string& argument, const config::Table& table) {
  if (!argument.starts_with('-')) return fmt::format("unexpected argument {}", config::in_quotes(argument));
  const std::string name = argument.substr(0, argument.find('='));
  return fmt::format("unknown option {}{}", config::in_quotes(name),
                     config::did_you_mean(name, flags(table)));
}

/// What of `words`, which no option took, the table's operand takes; what is wrong with the others goes to
/// `problems`. After "--" a word may begin with a dash.
std::vector<std::string> take_operands(std::vector<std::string> words,
                                       const std::vector<std::string>& arguments, const config::Table& table,
                                       std::vector<std::string>& problems) {
  std::vector<std::string> operands;
  const bool takes_any = std::ranges::any_of(table.options(), &Option::operand);
  const auto dashes = std::ranges::find(arguments, "--");
  const auto plain = static_cast<std::size_t>(dashes == arguments.end() ? 0 : arguments.end() - dashes - 1);
  for (std::size_t i = 0; i < words.size(); ++i) {
    const bool after = i + plain >= words.size();
    if (!after && words[i] == "--") continue;
    const bool meant = after || words[i] == "-" || !words[i].starts_with('-');
    if (takes_any && meant) {
      operands.push_back(std::move(words[i]));
    } else {
      problems.push_back(unknown(words[i], table));
    }
  }
  return operands;
}

/// The value of one option, from the command line or else the environment; nothing when it is in neither.
std::optional<Value> value_of(const Option& option, const std::vector<std::string>& given,
                              const config::Environment& environment) {
  const bool list = option.shape == Shape::list;
  if (!given.empty()) return list ? Value::list(given) : Value::scalar(given.back());
  if (option.env.empty()) return std::nullopt;
  const auto text = environment(option.env);
  if (!text || text->empty()) return std::nullopt;
  return list ? Value::list(config::split_list(*text)) : Value::scalar(*text);
}

/// Reads one option; what is wrong with it, or nothing.
std::optional<std::string> read_option(const Option& option, const std::vector<std::string>& given,
                                       void* object, const config::Environment& environment) {
  const std::string name = shown_name(option);
  if (given.size() > 1 && option.shape != Shape::list) {
    return fmt::format("{}: expected once, found {} times", name, given.size());
  }
  const auto value = value_of(option, given, environment);
  if (!value && option.required) return fmt::format("{}: expected {}, found nothing", name, option.expected);
  if (!value || option.assign(object, *value)) return std::nullopt;
  const auto fault = option.fault && !option.secret ? option.fault(*value) : std::nullopt;
  if (fault) return fmt::format("{}: {}", name, *fault);
  const std::string where = given.empty() ? fmt::format(" in environment variable {}", option.env) : "";
  const std::string shown = option.secret ? "a value that is not shown" : config::in_quotes(value->text);
  return fmt::format("{}: expected {}, found {}{}{}", name, option.expected, shown, where,
                     config::did_you_mean(value->text, option.choices));
}

}  // namespace

std::string flag(const std::string& key) {
  std::string name = "--" + key;
  std::ranges::replace(name, '_', '-');
  return name;
}

std::string shown_name(const Option& option) {
  return option.operand && !option.value_name.empty() ? option.value_name : flag(option.key);
}

std::vector<std::string> read_arguments(const std::vector<std::string>& arguments, const config::Table& table,
                                        void* object, const config::Environment& environment) {
  CLI::App app;
  app.set_help_flag();
  app.allow_extras();
  add_options(app, table);
  try {
    app.parse(std::vector<std::string>(arguments.rbegin(), arguments.rend()));
  } catch (const CLI::ArgumentMismatch& problem) {
    const std::string text = problem.what();
    return {text.substr(0, text.find(':')) + ": expected a value, found nothing"};
  } catch (const CLI::ParseError& problem) {
    return {problem.what()};
  }
  std::vector<std::string> problems;
  const auto operands = take_operands(app.remaining(), arguments, table, problems);
  for (const Option& option : table.options()) {
    const auto& given = option.operand ? operands : app.get_option(flag(option.key))->results();
    const auto problem = read_option(option, given, object, environment);
    if (problem) problems.push_back(*problem);
  }
  if (!problems.empty()) return problems;
  for (const config::Rule& rule : table.rules()) {
    if (const auto expected = rule.broken(object)) {
      problems.push_back(fmt::format("{}: expected {}", shown_name(*table.find(rule.key)), *expected));
    }
  }
  return problems;
}

}  // namespace kinesight::cli
