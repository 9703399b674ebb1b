#include "cli/run.h"

#include <fmt/ostream.h>

#include <algorithm>
#include <ostream>
#include <string>
#include <vector>

#include "cli/arguments.h"
#include "cli/help.h"
#include "config/nearest.h"

namespace kinesight::cli {
namespace {

bool asks_for_help(std::string_view argument) { return argument == "--help" || argument == "-h"; }

/// Whether `word` is the first of several names of two words: "sim".
bool is_family(std::string_view word, std::span<const Subcommand> subcommands) {
  return std::ranges::any_of(
      subcommands, [&](const Subcommand& s) { return s.name().starts_with(std::string(word) + " "); });
}

bool names_one_of_family(const std::vector<std::string>& arguments, std::span<const Subcommand> subcommands) {
  return arguments.size() > 1 && !arguments[1].starts_with('-') && is_family(arguments[0], subcommands);
}

/// The subcommand whose name the first one or two arguments are; removes them. A second word that is no
/// option is meant as part of a name of two words, where there are such.
const Subcommand* take_subcommand(std::vector<std::string>& arguments,
                                  std::span<const Subcommand> subcommands) {
  for (const std::size_t words : {2, 1}) {
    if (arguments.size() < words || (words == 1 && names_one_of_family(arguments, subcommands))) continue;
    const std::string name = words == 2 ? arguments[0] + " " + arguments[1] : arguments[0];
    const auto found = std::ranges::find(subcommands, name, &Subcommand::name);
    if (found == subcommands.end()) continue;
    arguments.erase(arguments.begin(), arguments.begin() + static_cast<std::ptrdiff_t>(words));
    return &*found;
  }
  return nullptr;
}

int no_such_subcommand(const std::vector<std::string>& arguments, std::span<const Subcommand> subcommands,
                       Context& context) {
  const bool family = names_one_of_family(arguments, subcommands);
  const std::string asked = family ? arguments[0] + " " + arguments[1] : arguments[0];
  std::vector<std::string> known;
  for (const Subcommand& subcommand : subcommands) {
    if (!family || subcommand.name().starts_with(arguments[0] + " ")) known.push_back(subcommand.name());
  }
  const char* what = asked.starts_with('-') ? "option" : "command";
  fmt::print(context.err, "kinesight: '{}' is not a kinesight {}{}\nSee 'kinesight --help'.\n", asked, what,
             config::did_you_mean(asked, known));
  return kInvalid;
}

int run_subcommand(const Subcommand& subcommand, const std::vector<std::string>& arguments,
                   std::span<const Subcommand> subcommands, Context& context) {
  if (std::ranges::any_of(arguments, asks_for_help)) {
    context.out << subcommand_help(subcommand);
    if (is_family(subcommand.name(), subcommands))
      context.out << '\n' << family_help(subcommand.name(), subcommands);
    return kOk;
  }
  config::Parsed options(subcommand.options);
  const auto problems = read_arguments(arguments, subcommand.options, options.object(), context.environment);
  if (problems.empty()) return subcommand.run(options, context);
  for (const std::string& problem : problems)
    fmt::print(context.err, "kinesight {}: {}\n", subcommand.name(), problem);
  fmt::print(context.err, "See 'kinesight {} --help'.\n", subcommand.name());
  return kInvalid;
}

}  // namespace

int run(std::span<const char* const> given, std::span<const Subcommand> subcommands, Context& context) {
  std::vector<std::string> arguments(given.begin(), given.end());
  if (!arguments.empty() && arguments[0] == "help") {
    // `kinesight help check` is `kinesight check --help`.
    arguments.erase(arguments.begin());
    arguments.push_back("--help");
  }
  if (arguments.empty()) {
    context.err << main_help(subcommands);
    return kInvalid;
  }
  if (arguments[0] == "--version") {
    context.out << version() << '\n';
    return kOk;
  }
  if (const Subcommand* subcommand = take_subcommand(arguments, subcommands)) {
    return run_subcommand(*subcommand, arguments, subcommands, context);
  }
  if (asks_for_help(arguments[0])) {
    context.out << main_help(subcommands);
    return kOk;
  }
  if (is_family(arguments[0], subcommands) && (arguments.size() == 1 || asks_for_help(arguments[1]))) {
    context.out << family_help(arguments[0], subcommands);
    return kOk;
  }
  return no_such_subcommand(arguments, subcommands, context);
}

}  // namespace kinesight::cli
