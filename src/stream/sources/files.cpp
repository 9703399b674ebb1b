#include "stream/sources/files.h"

#include <utility>

#include "stream/record/record.h"
#include "stream/record/stamp.h"
#include "stream/sources/csv.h"
#include "stream/sources/line_reader.h"

namespace kinesight::stream {
namespace {

using MaybeRecord = Result<std::optional<std::string>>;

std::string name_of(const std::string& path) { return path == "-" ? "standard input" : path; }

/// One file. Errors do not name it.
class File {
 public:
  explicit File(InputDescriptor input) : lines_(std::move(input), kMaxRecordBytes) {}
  virtual ~File() = default;
  virtual MaybeRecord next(const std::stop_token& stop) = 0;
  /// The line at which the last record began.
  virtual std::uint64_t line() const { return lines_.line(); }
  std::uint64_t bytes() const { return lines_.bytes(); }

 protected:
  LineReader lines_;
};

class NdjsonFile final : public File {
 public:
  using File::File;

  MaybeRecord next(const std::stop_token& stop) override {
    for (;;) {
      const auto line = lines_.next(stop);
      if (!line) return std::unexpected(line.error());
      if (!*line) return std::nullopt;
      const auto begin = (*line)->find_first_not_of(" \t\r");
      if (begin == std::string_view::npos) continue;
      std::string record;
      record.reserve((*line)->size() + kStampRoom);
      record += (*line)->substr(begin, (*line)->find_last_not_of(" \t\r") + 1 - begin);
      return record;
    }
  }
};

class CsvFile final : public File {
 public:
  CsvFile(InputDescriptor input, const std::vector<std::string>& text_columns)
      : File(std::move(input)), text_columns_(text_columns) {}

  std::uint64_t line() const override { return first_line_; }

  MaybeRecord next(const std::stop_token& stop) override {
    if (!header_) {
      auto read = read_header(stop);
      if (!read) return std::unexpected(std::move(read.error()));
      if (!*read) return std::nullopt;
    }
    const auto found = read_row(stop);
    if (!found) return std::unexpected(found.error());
    if (!*found) return std::nullopt;
    return header_->as_json(row_.values());
  }

 private:
  Result<bool> read_header(const std::stop_token& stop) {
    auto found = read_row(stop);
    if (!found) {  // Without it no row can be understood.
      if (found.error().kind == ErrorKind::corrupt) found.error().kind = ErrorKind::invalid;
      return found;
    }
    if (!*found) return false;
    auto header = CsvHeader::make(row_.values(), text_columns_);
    if (!header) return std::unexpected(std::move(header.error()));
    header_ = std::move(*header);
    return true;
  }

  /// False at the end.
  Result<bool> read_row(const std::stop_token& stop) {
    row_.begin();
    std::size_t bytes = 0;
    for (bool begun = false;;) {
      const auto line = lines_.next(stop);
      if (!begun) first_line_ = lines_.line();
      if (!line) return std::unexpected(line.error());
      if (!*line && begun) return unclosed("the end of the file");
      if (!*line) return false;
      if (!begun && ((*line)->empty() || **line == "\r")) continue;
      begun = true;
      bytes += (*line)->size() + 1;
      if (bytes > kMaxRecordBytes + 1) return unclosed(fmt::format("line {}", lines_.line()));
      const auto whole = row_.feed(**line);
      if (!whole) return std::unexpected(whole.error());
      if (*whole) return true;
    }
  }

  std::unexpected<Error> unclosed(std::string_view until) const {
    return fail(ErrorKind::corrupt, "expected a closing quote within {} bytes, found none up to {}",
                kMaxRecordBytes, until);
  }

  const std::vector<std::string>& text_columns_;
  CsvRow row_;
  std::optional<CsvHeader> header_;
  std::uint64_t first_line_ = 0;
};

class Files final : public RecordSource {
 public:
  explicit Files(FilesOptions options) : options_(std::move(options)) {}

  MaybeRecord next(std::stop_token stop) override {
    for (; index_ < options_.paths.size(); ++index_) {
      if (stop.stop_requested()) return fail(ErrorKind::cancelled, "stopped while reading");
      if (!file_) {
        auto opened = open(options_.paths[index_]);
        if (!opened) return std::unexpected(std::move(opened.error()));
        file_ = std::move(*opened);
      }
      auto record = file_->next(stop);
      if (!record && record.error().kind != ErrorKind::cancelled) return wrap(record.error(), where());
      if (!record || *record) return record;
      bytes_ += file_->bytes();
      file_.reset();
    }
    return std::nullopt;
  }

  std::string where() const override {
    if (index_ >= options_.paths.size()) return "the end";
    return fmt::format("{}:{}", name_of(options_.paths[index_]), file_ ? file_->line() : 0);
  }

  std::uint64_t bytes_read() const override { return bytes_ + (file_ ? file_->bytes() : 0); }

 private:
  Result<std::unique_ptr<File>> open(const std::string& path) const {
    auto input = InputDescriptor::open(path);
    if (!input) return std::unexpected(std::move(input.error()));
    const bool csv = options_.format == FileFormat::csv ||
                     (options_.format == FileFormat::by_name && path.ends_with(".csv"));
    if (csv) return std::make_unique<CsvFile>(std::move(*input), options_.text_columns);
    return std::make_unique<NdjsonFile>(std::move(*input));
  }

  const FilesOptions options_;
  std::size_t index_ = 0;
  std::unique_ptr<File> file_;
  std::uint64_t bytes_ = 0;  ///< Of the files before it.
};

}  // namespace

Result<std::unique_ptr<RecordSource>> open_files(FilesOptions options) {
  for (const std::string& path : options.paths) {
    const auto good = InputDescriptor::check(path);
    if (!good) return std::unexpected(good.error());
  }
  return std::make_unique<Files>(std::move(options));
}

}  // namespace kinesight::stream
