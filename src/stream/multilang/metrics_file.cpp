#include "stream/multilang/metrics_file.h"

#include <algorithm>
#include <cerrno>
#include <cstdio>

#include "storage/directory_files.h"

namespace kinesight::stream::multilang {

std::string with_label(std::string_view text, std::string_view name, std::string_view value) {
  const std::string label = fmt::format("{}=\"{}\"", name, value);
  std::string labelled;
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size() - 1);
    const std::string_view line = text.substr(0, end + 1);
    text.remove_prefix(end + 1);
    const auto at = line.find_first_of("{ ");
    if (line.starts_with('#') || at == std::string_view::npos) {
      labelled += line;
      continue;
    }
    labelled += line.substr(0, at);
    const bool has_labels = line[at] == '{';
    labelled += has_labels ? "{" + label + "," : "{" + label + "}";
    labelled += line.substr(has_labels ? at + 1 : at);
  }
  return labelled;
}

MetricsFile::MetricsFile(std::filesystem::path path, std::string shard, Clock& clock,
                         telemetry::Telemetry telemetry)
    : path_(std::move(path)), shard_(std::move(shard)), clock_(clock), telemetry_(telemetry) {}

Result<std::unique_ptr<MetricsFile>> MetricsFile::open(const std::filesystem::path& directory,
                                                       const std::string& shard, Clock& clock,
                                                       telemetry::Telemetry telemetry) {
  if (auto made = storage::make_folders(directory); !made) return std::unexpected(made.error());
  std::unique_ptr<MetricsFile> file(
      new MetricsFile(directory / ("kinesight-" + shard + ".prom"), shard, clock, telemetry));
  if (auto written = file->write(); !written) return std::unexpected(written.error());
  file->worker_.emplace("metrics", [&mine = *file](const std::stop_token& stop) { mine.run(stop); });
  return file;
}

MetricsFile::~MetricsFile() {
  worker_.reset();
  std::error_code ignored;
  std::filesystem::remove(path_, ignored);
}

Result<> MetricsFile::write() const {
  auto file = storage::NewFile::create(path_.parent_path());
  if (!file) return std::unexpected(file.error());
  if (auto done = file->write(with_label(telemetry_.metrics.text(), "shard", shard_)); !done) return done;
  // A rename leaves no moment without the file; the collector reads names in .prom alone.
  const auto next = path_.parent_path() / fmt::format(".{}.new", path_.filename().string());
  if (auto done = file->replace(next); !done) return done;
  if (std::rename(next.c_str(), path_.c_str()) == 0) return {};
  return storage::disk_error(path_, "cannot be made", errno);
}

void MetricsFile::run(const std::stop_token& stop) {
  while (clock_.wait_for(kBetween, stop)) {
    if (const auto done = write(); !done) telemetry_.log.warning("Metrics: " + done.error().message);
  }
}

}  // namespace kinesight::stream::multilang
