// The arguments of a subcommand, read by the same tables as configuration files.
#pragma once

#include <string>
#include <vector>

#include "config/environment.h"
#include "config/table.h"

namespace kinesight::cli {

/// The flag of an option: "--stop-after" for stop_after.
std::string flag(const std::string& key);

/// What help and errors call an option: its flag, or of an operand the name of its value ("IMAGE").
std::string shown_name(const config::Option& option);

/// Reads `arguments` into `object`, the struct of `table`. An option that is not among them may come from its
/// environment variable. Returns what is wrong with them, one sentence each; nothing when all is well.
std::vector<std::string> read_arguments(const std::vector<std::string>& arguments, const config::Table& table,
                                        void* object, const config::Environment& environment);

}  // namespace kinesight::cli
