#include "cli/subcommands.h"

namespace kinesight::cli {

std::vector<Subcommand> subcommands() {
  return {
      infer_subcommand(),
      events_subcommand(),
      coverage_subcommand(),
      outbox_subcommand(),
      dead_letters_list_subcommand(),
      dead_letters_retry_subcommand(),
      dead_letters_drop_subcommand(),
      watch_subcommand(),
      check_subcommand(),
      provision_subcommand(),
      iam_policy_subcommand(),
      sim_subcommand(),
      sim_render_subcommand(),
      sim_dataset_subcommand(),
      reference_subcommand(),
  };
}

}  // namespace kinesight::cli
