// Records from files and from standard input: NDJSON, and CSV with a header.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "stream/sources/source.h"

namespace kinesight::stream {

/// What is in a file.
enum class FileFormat {
  by_name,  ///< CSV where its name ends in ".csv"; NDJSON else, and from standard input.
  ndjson,   ///< A record a line; blank lines do not count.
  csv,      ///< RFC 4180; the first row names the columns. Empty lines between rows do not count.
};

/// Which files, and how they are read.
struct FilesOptions {
  std::vector<std::string> paths;  ///< Read one after the other; "-" is standard input.
  FileFormat format = FileFormat::by_name;
  /// Columns of CSV that hold texts whatever they look like: "007" in a key is no 7.
  std::vector<std::string> text_columns{};
};

/// Errors: as InputDescriptor::open(), for the first path that cannot be read as things stand. The errors of
/// the source name file and line; a CSV file whose header is wrong ends it (invalid). A record is at most
/// kMaxRecordBytes long, in CSV counted as written there.
Result<std::unique_ptr<RecordSource>> open_files(FilesOptions options);

}  // namespace kinesight::stream
