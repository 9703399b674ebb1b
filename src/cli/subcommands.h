// Every subcommand: its row, and where its file is.
#pragma once

#include <vector>

#include "cli/subcommand.h"

namespace kinesight::cli {

/// `kinesight infer`: watches cameras.
Subcommand infer_subcommand();
/// `kinesight events`: what the local publisher kept.
Subcommand events_subcommand();
/// `kinesight check`: whether a configuration can be used.
Subcommand check_subcommand();
/// `kinesight sim render`: a synthetic scene as a video file.
Subcommand sim_render_subcommand();
/// `kinesight sim dataset`: synthetic pictures with labels.
Subcommand sim_dataset_subcommand();
/// `kinesight reference`: writes docs/reference/.
Subcommand reference_subcommand();

/// All of them, in the order in which `kinesight --help` lists them.
std::vector<Subcommand> subcommands();

}  // namespace kinesight::cli
