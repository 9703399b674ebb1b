// The only code that tests do not link: gives the program its arguments, streams and environment.
#include <unistd.h>

#include <iostream>
#include <span>

#include "cli/components.h"
#include "cli/run.h"
#include "cli/subcommands.h"

int main(int argc, char** argv) {
  using namespace kinesight;
  const cli::Components components = cli::components();
  const auto subcommands = cli::subcommands();
  cli::Context context{.out = std::cout,
                       .err = std::cerr,
                       .environment = config::process_environment(),
                       .components = components,
                       .out_is_terminal = isatty(STDOUT_FILENO) == 1};
  const std::span<const char* const> arguments(argv, static_cast<std::size_t>(argc));
  const int code = cli::run(arguments.subspan(argc > 0 ? 1 : 0), subcommands, context);
  std::cout.flush();
  return code;
}
