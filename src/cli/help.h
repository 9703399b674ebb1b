// What --help and --version say, made from the tables.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "cli/subcommand.h"

namespace kinesight::cli {

/// "kinesight 0.1.0".
std::string version();

/// `kinesight --help`: the subcommands by group, jobs first.
std::string main_help(std::span<const Subcommand> subcommands);

/// `kinesight sim --help`: the subcommands whose names begin with `family`.
std::string family_help(std::string_view family, std::span<const Subcommand> subcommands);

/// `kinesight check --help`.
std::string subcommand_help(const Subcommand& subcommand);

/// "kinesight check --config FILE [--strict] [--json]".
std::string usage(const Subcommand& subcommand);

/// What help and the reference call an option's value: "FILE", "auto|json|text"; empty for a flag.
std::string value_name(const config::Option& option);

/// The heading of a group.
std::string_view heading(Group group);

}  // namespace kinesight::cli
