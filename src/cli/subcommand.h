// What a subcommand is: a table of options and a function. The registry of them is subcommands.h.
#pragma once

#include <iosfwd>
#include <string>

#include "config/environment.h"
#include "config/table.h"

namespace kinesight::cli {

struct Components;

/// How a run of the program ends.
enum ExitCode : int {
  kOk = 0,       ///< It did what it was asked.
  kFailed = 1,   ///< It could not.
  kInvalid = 2,  ///< It was asked wrongly: bad arguments, or a configuration that cannot be used.
};

/// The world as a subcommand sees it, so that tests give it theirs.
struct Context {
  std::ostream& out;                ///< Results.
  std::ostream& err;                ///< What went wrong, and the log of a tool.
  config::Environment environment;  ///< The environment variables.
  const Components& components;     ///< The component types that there are.
  bool out_is_terminal = false;     ///< Whether a person reads `out`.
};

/// The heading of `kinesight --help` under which a subcommand stands, in this order.
enum class Group { jobs, around, development };

/// One subcommand: a row of the registry. Its table is its name (two words for one of a family: "sim
/// render"), its summary and its arguments: option `stop_after` is `--stop-after`, a boolean is a flag, a
/// list may be repeated.
struct Subcommand {
  const config::Table& options;
  Group group;
  /// Does the work and returns the exit code. `options` holds the table's struct, checked.
  int (*run)(const config::Parsed& options, Context& context);

  /// "check", "sim render".
  const std::string& name() const { return options.name(); }
};

}  // namespace kinesight::cli
