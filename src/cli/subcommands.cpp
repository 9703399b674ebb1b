#include "cli/subcommands.h"

namespace kinesight::cli {

std::vector<Subcommand> subcommands() {
  return {
      infer_subcommand(),      events_subcommand(),      check_subcommand(),
      sim_render_subcommand(), sim_dataset_subcommand(), reference_subcommand(),
  };
}

}  // namespace kinesight::cli
