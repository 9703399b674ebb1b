#include "cli/state_directory.h"

#include <algorithm>
#include <ostream>

#include "cli/components.h"

namespace kinesight::cli {

Result<config::CamerasFile> load_cameras(const std::string& path, const Context& context) {
  auto file = config::load_cameras_file(path, context.components.catalog(), context.environment);
  if (!file) {  // Warnings come along, and are not why.
    const auto error = std::ranges::find(file.error(), config::Severity::error, &config::Problem::severity);
    return fail(ErrorKind::invalid, "{}", to_string(*error));
  }
  return std::move(*file);
}

Result<std::string> state_directory(const std::string& directory, const std::string& config,
                                    const Context& context) {
  if (!directory.empty()) return directory;
  if (config.empty()) return config::ServiceOptions{}.state_directory;
  const auto file = load_cameras(config, context);
  if (!file) return std::unexpected(file.error());
  return file->service.state_directory;
}

int report_failure(const Error& error, Context& context) {
  context.err << "kinesight: " << error.message << "\n";
  return error.kind == ErrorKind::invalid ? kInvalid : kFailed;
}

}  // namespace kinesight::cli
