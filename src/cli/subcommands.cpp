#include "cli/subcommands.h"

namespace kinesight::cli {

std::vector<Subcommand> subcommands() {
  return {
      infer_subcommand(),
      clips_subcommand(),
      clips_doctor_subcommand(),
      produce_subcommand(),
      consume_subcommand(),
      windows_subcommand(),
      latest_subcommand(),
      events_subcommand(),
      coverage_subcommand(),
      outbox_subcommand(),
      dead_letters_list_subcommand(),
      dead_letters_retry_subcommand(),
      dead_letters_drop_subcommand(),
      watch_subcommand(),
      check_subcommand(),
      detect_subcommand(),
      replay_subcommand(),
      models_add_subcommand(),
      models_list_subcommand(),
      models_check_subcommand(),
      provision_subcommand(),
      iam_policy_subcommand(),
      sim_subcommand(),
      sim_render_subcommand(),
      sim_dataset_subcommand(),
      load_test_subcommand(),
      reference_subcommand(),
  };
}

}  // namespace kinesight::cli
