#include "cli/state_directory.h"

#include <algorithm>
#include <ostream>

#include "cli/components.h"

namespace kinesight::cli {

namespace {

template <class File>
Result<File> first_problem_only(config::Loaded<File> file) {
  if (!file) {  // Warnings come along, and are not why.
    const auto error = std::ranges::find(file.error(), config::Severity::error, &config::Problem::severity);
    return fail(ErrorKind::invalid, "{}", to_string(*error));
  }
  return std::move(*file);
}

}  // namespace

Result<config::CamerasFile> load_cameras(const std::string& path, const Context& context) {
  return first_problem_only(
      config::load_cameras_file(path, context.components.catalog(), context.environment));
}

Result<clips::ClipsFile> load_clips(const std::string& path, const Context& context) {
  return first_problem_only(
      clips::load_clips_file(path, context.components.store_types(), context.environment));
}

Result<stream::StreamFile> load_stream(const std::string& path, const Context& context) {
  return first_problem_only(stream::load_stream_file(path, context.environment));
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
