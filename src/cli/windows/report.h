// What `kinesight windows` says: results on standard output, the rest on standard error.
#pragma once

#include <iosfwd>
#include <string>
#include <vector>

#include "cli/progress.h"
#include "cli/subcommand.h"
#include "stream/stream_file.h"
#include "stream/tally/tally.h"

namespace kinesight::cli {

/// Prints a run as it goes.
class WindowsReport {
 public:
  /// Records that cannot be read and are told one by one; those after them only count.
  static constexpr std::uint64_t kTold = 20;

  /// `json`: a row is a JSON object on a line, else one of a table. `at_once`: each is to be seen at once.
  WindowsReport(const stream::StreamFile& file, bool json, bool at_once, Context& context);

  /// A window of a key; false when nobody reads any more.
  bool result(const stream::WindowResult& result);
  void broken(const Error& why);
  /// `done` of `all` bytes are read; `all` is 0 where nobody knows.
  void progress(std::uint64_t done, std::uint64_t all);
  /// At the end, also an early one: what became of the records.
  void summary(const stream::TallyCounts& counts);

 private:
  void head();
  std::string table_row(const std::vector<std::string>& cells) const;

  const std::string key_;
  const std::vector<stream::Aggregate> aggregates_;
  const std::vector<std::string> columns_;
  const bool json_, at_once_;
  Context& context_;
  ProgressBar bar_;
  bool headed_ = false;
  std::uint64_t broken_ = 0;
};

}  // namespace kinesight::cli
