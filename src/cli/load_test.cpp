// kinesight load-test: how many cameras this machine watches.
#include <cstdlib>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <ostream>

#include "cli/load_test/options.h"
#include "cli/load_test/report.h"
#include "cli/load_test/scenario.h"
#include "cli/load_test/trial.h"
#include "cli/shutdown_signals.h"
#include "cli/state_directory.h"
#include "cli/subcommands.h"

namespace kinesight::cli {
namespace {

namespace fs = std::filesystem;
using load_test::Measurement;
using load_test::Options;

/// A new folder that is gone with its owner.
class WorkFolder {
 public:
  WorkFolder() {
    std::string pattern = (fs::temp_directory_path() / "kinesight-load-test-XXXXXX").string();
    if (mkdtemp(pattern.data())) path_ = pattern;
  }
  ~WorkFolder() {
    std::error_code ignored;
    if (!path_.empty()) fs::remove_all(path_, ignored);
  }
  WorkFolder(const WorkFolder&) = delete;
  WorkFolder& operator=(const WorkFolder&) = delete;
  const fs::path& path() const { return path_; }

 private:
  fs::path path_;  // Empty: it could not be made.
};

int report(const auto& outcome, bool good, const Options& options, Context& context) {
  if (options.json) {
    context.out << load_test::json_of(outcome).dump() << "\n";
  } else {
    context.out << load_test::text_of(outcome);
  }
  return good ? kOk : kFailed;
}

int run_load_test(const config::Parsed& parsed, Context& context) {
  const auto& options = parsed.as<Options>();
  if (options.publish && options.config.empty())
    return report_failure(
        {ErrorKind::invalid, "--publish: expected --config FILE, whose publishers are used"}, context);
  const ShutdownSignals signals([](int) {});
  const WorkFolder folder;
  if (folder.path().empty())
    return report_failure({ErrorKind::unavailable, "no folder can be made for temporary files; see TMPDIR"},
                          context);
  const auto videos = load_test::render_scenes(options, folder.path());
  if (!videos) return report_failure(videos.error(), context);
  const auto trial = [&](int cameras) -> Result<Measurement> {
    const WorkFolder own;  // Each begins with nothing.
    return load_test::run_trial(options, cameras, own.path(), *videos, signals.token());
  };
  if (options.find_max) {
    const auto search = load_test::find_most(options.cameras, options.most, trial);
    if (!search) return report_failure(search.error(), context);
    return report(*search, search->fits > 0, options, context);
  }
  const auto measured = trial(options.cameras);
  if (!measured) return report_failure(measured.error(), context);
  return report(*measured, !load_test::falls_behind(*measured), options, context);
}

}  // namespace

Subcommand load_test_subcommand() { return {Options::table(), Group::around, run_load_test}; }

}  // namespace kinesight::cli
