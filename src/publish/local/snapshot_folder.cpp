#include "publish/local/snapshot_folder.h"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>

#include "event/snapshot_key.h"

namespace kinesight::publish {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kUnfinished = ".tmp";

using File = std::unique_ptr<std::FILE, decltype([](std::FILE* file) { std::fclose(file); })>;

ErrorKind kind_of(int code) {
  switch (code) {
    case ENOENT:
      return ErrorKind::not_found;
    case EACCES:
    case EPERM:
    case EROFS:
      return ErrorKind::denied;
    default:
      return ErrorKind::unavailable;
  }
}

std::unexpected<Error> failure(std::string_view doing, const fs::path& path, int code) {
  return fail(kind_of(code), "cannot {} the picture {}: {}", doing, path.string(), std::strerror(code));
}

std::unexpected<Error> no_key(std::string_view key) {
  return fail(ErrorKind::invalid,
              "expected a snapshot key such as snapshots/front/2026/01/31/1769860800000.jpg, found '{}'",
              key);
}

/// Writes a new file; 0, or the errno of what went wrong.
int write_file(const fs::path& path, std::span<const std::uint8_t> bytes) {
  errno = 0;
  File file(std::fopen(path.c_str(), "wbe"));
  if (!file) return errno;
  const bool written = std::fwrite(bytes.data(), 1, bytes.size(), file.get()) == bytes.size();
  const bool closed = std::fclose(file.release()) == 0;  // Where a full disk may show first.
  return written && closed ? 0 : (errno ? errno : EIO);
}

}  // namespace

bool is_snapshot_key(std::string_view key) {
  const auto parsed = event::parse_snapshot_key(key);
  return parsed && parsed->prefix == event::kSnapshotPrefix;
}

std::optional<std::string> local_key(std::string_view key) {
  const auto parsed = event::parse_snapshot_key(key);
  if (!parsed) return std::nullopt;
  return event::snapshot_key(event::kSnapshotPrefix, parsed->camera_id, parsed->ts_ms);
}

Result<> SnapshotFolder::write(std::string_view key, std::span<const std::uint8_t> jpeg) const {
  if (!is_snapshot_key(key)) return no_key(key);
  const fs::path path = root_ / key;
  fs::path unfinished = path;
  unfinished += kUnfinished;
  int code = write_file(unfinished, jpeg);
  if (code == ENOENT) {  // The first picture of its day.
    std::error_code error;
    fs::create_directories(path.parent_path(), error);
    if (error) return failure("make the folder of", path, error.value());
    code = write_file(unfinished, jpeg);
  }
  if (code == 0 && std::rename(unfinished.c_str(), path.c_str()) != 0) code = errno;
  if (code == 0) return {};
  std::error_code ignored;
  fs::remove(unfinished, ignored);
  return failure("write", path, code);
}

Result<std::vector<std::uint8_t>> SnapshotFolder::read(std::string_view key) const {
  if (!is_snapshot_key(key)) return no_key(key);
  const fs::path path = root_ / key;
  const File file(std::fopen(path.c_str(), "rbe"));
  if (!file) return failure("read", path, errno);
  std::error_code error;
  std::vector<std::uint8_t> bytes(fs::file_size(path, error));
  if (error) return failure("read", path, error.value());
  // A picture that is replaced at this moment may be shorter: what was read is then no whole picture.
  if (std::fread(bytes.data(), 1, bytes.size(), file.get()) != bytes.size())
    return failure("read", path, EAGAIN);
  return bytes;
}

Result<> SnapshotFolder::remove(std::string_view key) const {
  if (!is_snapshot_key(key)) return no_key(key);
  fs::path path = root_ / key;
  std::error_code error;
  fs::remove(path, error);
  if (error) return failure("delete", path, error.value());
  const fs::path top = root_ / event::kSnapshotPrefix;
  for (path = path.parent_path(); path != top; path = path.parent_path()) {
    if (!fs::remove(path, error)) break;  // It holds more.
  }
  return {};
}

Result<> SnapshotFolder::sweep(
    const std::function<void(const std::string& key, std::int64_t bytes)>& picture) const {
  std::error_code error;
  const fs::path top = root_ / event::kSnapshotPrefix;
  if (!fs::exists(top, error)) return {};
  std::vector<fs::path> unfinished;
  for (fs::recursive_directory_iterator entry(top, error), end; !error && entry != end;
       entry.increment(error)) {
    if (!entry->is_regular_file(error)) continue;
    if (entry->path().extension() == kUnfinished) {
      unfinished.push_back(entry->path());
      continue;
    }
    const std::string key = entry->path().lexically_relative(root_).generic_string();
    if (is_snapshot_key(key)) picture(key, static_cast<std::int64_t>(entry->file_size(error)));
  }
  for (const auto& path : unfinished) fs::remove(path, error);
  if (error) return failure("look through", top, error.value());
  return {};
}

}  // namespace kinesight::publish
