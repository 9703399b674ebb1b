// The only code that tests do not link: gives the program its arguments, streams and environment.
#include <sys/prctl.h>
#include <unistd.h>

#include <cstdlib>
#include <iostream>
#include <span>
#include <string_view>

#include "cli/components.h"
#include "cli/run.h"
#include "cli/subcommands.h"

namespace {

/// A core dump would hold AWS credentials and camera passwords. Who debugs may ask for one.
void forbid_core_dumps() {
  const char* wanted = std::getenv("KINESIGHT_CORE_DUMPS");
  if (!wanted || std::string_view(wanted) != "1") prctl(PR_SET_DUMPABLE, 0);
}

}  // namespace

int main(int argc, char** argv) {
  using namespace kinesight;
  forbid_core_dumps();
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
