// The program behind main(): finds the subcommand, reads its arguments, runs it.
#pragma once

#include <span>

#include "cli/subcommand.h"

namespace kinesight::cli {

/// Runs `kinesight` with `arguments` (without the program's own name) and returns its exit code. Arguments
/// that are wrong are all reported to context.err in one go, each with the nearest known one; the code is
/// then kInvalid.
int run(std::span<const char* const> arguments, std::span<const Subcommand> subcommands, Context& context);

}  // namespace kinesight::cli
