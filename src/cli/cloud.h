// A configuration and the way to AWS that goes with it, for subcommands that ask AWS.
#pragma once

#include <memory>
#include <string>

#include "aws/session.h"
#include "cli/subcommand.h"
#include "config/cameras_file.h"

namespace kinesight::cli {

/// What a subcommand needs to reach a configuration's publishers in AWS.
struct Cloud {
  config::CamerasFile file;
  std::unique_ptr<aws::Session> session;

  /// Loads the cameras.yaml at `config`. Notes about AWS settings go to standard error. Error: invalid.
  static Result<Cloud> reach(const std::string& config, Context& context);
};

/// The way to AWS that the environment says. Notes about AWS settings go to standard error. Error: invalid.
Result<std::unique_ptr<aws::Session>> aws_session(Context& context);

/// The enabled publisher that `table` describes; null when there is none.
const config::ComponentConfig* find_publisher(const config::CamerasFile& file, const config::Table& table);

}  // namespace kinesight::cli
