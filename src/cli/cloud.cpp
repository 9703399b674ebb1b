#include "cli/cloud.h"

#include <algorithm>
#include <ostream>

#include "cli/state_directory.h"

namespace kinesight::cli {

Result<Cloud> Cloud::reach(const std::string& config, Context& context) {
  if (config.empty())
    return fail(ErrorKind::invalid, "expected --config FILE, whose publishers say where in AWS");
  auto file = load_cameras(config, context);
  if (!file) return std::unexpected(file.error());
  auto session = aws_session(context);
  if (!session) return std::unexpected(session.error());
  return Cloud{std::move(*file), std::move(*session)};
}

Result<std::unique_ptr<aws::Session>> aws_session(Context& context) {
  return aws::Session::from_environment(
      context.environment, Clock::system(),
      [&err = context.err](std::string_view note) { err << "kinesight: " << note << "\n"; });
}

const config::ComponentConfig* find_publisher(const config::CamerasFile& file, const config::Table& table) {
  const auto found = std::ranges::find(file.publishers, table.name(), &config::ComponentConfig::type);
  return found == file.publishers.end() ? nullptr : &*found;
}

}  // namespace kinesight::cli
