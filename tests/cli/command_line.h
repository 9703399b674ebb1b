// Runs the program inside the test, with streams and an environment of the test's own.
#pragma once

#include <map>
#include <sstream>
#include <string>
#include <vector>

#include "cli/components.h"
#include "cli/run.h"
#include "cli/subcommands.h"

namespace kinesight::cli {

/// What a run of the program left.
struct Ran {
  int code = -1;
  std::string out;
  std::string err;
};

/// `kinesight ARGUMENTS…` with `variables` as its environment.
inline Ran kinesight_run(const std::vector<std::string>& arguments,
                         std::map<std::string, std::string> variables = {},
                         const std::vector<Subcommand>& commands = subcommands()) {
  std::ostringstream out, err;
  const Components known = components();
  Context context{.out = out,
                  .err = err,
                  .environment = [variables](const std::string& name) -> std::optional<std::string> {
                    const auto found = variables.find(name);
                    return found == variables.end() ? std::nullopt : std::optional(found->second);
                  },
                  .components = known};
  std::vector<const char*> words;
  for (const std::string& argument : arguments) words.push_back(argument.c_str());
  const int code = run(words, commands, context);
  return {code, out.str(), err.str()};
}

}  // namespace kinesight::cli
