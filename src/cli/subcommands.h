// Every subcommand: its row, and where its file is.
#pragma once

#include <vector>

#include "cli/subcommand.h"

namespace kinesight::cli {

/// `kinesight infer`: watches cameras.
Subcommand infer_subcommand();
/// `kinesight clips`: makes clips of cameras.
Subcommand clips_subcommand();
/// `kinesight clips doctor`: what would go wrong.
Subcommand clips_doctor_subcommand();
/// `kinesight produce`: sends records into a stream.
Subcommand produce_subcommand();
/// `kinesight consume`: takes records out of a stream.
Subcommand consume_subcommand();
/// `kinesight windows`: sums up the records of files.
Subcommand windows_subcommand();
/// `kinesight latest`: the newest measurements of a key.
Subcommand latest_subcommand();
/// `kinesight events`: what the publishers kept.
Subcommand events_subcommand();
/// `kinesight coverage`: what the cameras watched, and what not.
Subcommand coverage_subcommand();
/// `kinesight outbox`: what waits for the sinks.
Subcommand outbox_subcommand();
/// `kinesight dead-letters list`: what the sinks refuse.
Subcommand dead_letters_list_subcommand();
/// `kinesight dead-letters retry`: sends it again.
Subcommand dead_letters_retry_subcommand();
/// `kinesight dead-letters drop`: deletes it.
Subcommand dead_letters_drop_subcommand();
/// `kinesight provision`: makes stream, bucket and table.
Subcommand provision_subcommand();
/// `kinesight iam-policy`: what must be allowed in AWS.
Subcommand iam_policy_subcommand();
/// `kinesight watch`: one Kinesis video stream.
Subcommand watch_subcommand();
/// `kinesight check`: whether a configuration can be used.
Subcommand check_subcommand();
/// `kinesight detect`: pictures through detectors.
Subcommand detect_subcommand();
/// `kinesight replay`: recordings through the configuration of a camera.
Subcommand replay_subcommand();
/// `kinesight models add`: registers a model file.
Subcommand models_add_subcommand();
/// `kinesight models list`: what is registered.
Subcommand models_list_subcommand();
/// `kinesight models check`: whether it can be used.
Subcommand models_check_subcommand();
/// `kinesight sim`: a stand-in for Kinesis Video Streams.
Subcommand sim_subcommand();
/// `kinesight sim render`: a synthetic scene as a video file.
Subcommand sim_render_subcommand();
/// `kinesight sim dataset`: synthetic pictures with labels.
Subcommand sim_dataset_subcommand();
/// `kinesight load-test`: how many cameras this machine watches.
Subcommand load_test_subcommand();
/// `kinesight reference`: writes docs/reference/.
Subcommand reference_subcommand();

/// All of them, in the order in which `kinesight --help` lists them.
std::vector<Subcommand> subcommands();

}  // namespace kinesight::cli
