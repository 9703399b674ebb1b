#include "clips/work_files.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "storage/directory_files.h"

namespace kinesight::clips {
namespace {

constexpr std::string_view kBegin = "clip-";

}  // namespace

WorkFile::~WorkFile() {
  if (descriptor_ < 0) return;
  ::close(descriptor_);
  ::unlink(path_.c_str());
}

WorkFile::WorkFile(WorkFile&& other) noexcept
    : path_(std::move(other.path_)), descriptor_(std::exchange(other.descriptor_, -1)) {}

Result<std::unique_ptr<WorkFiles>> WorkFiles::open(const std::filesystem::path& folder) {
  std::error_code code;
  std::filesystem::create_directories(folder, code);
  if (code) return storage::disk_error(folder, "cannot be made", code.value());
  auto lock = storage::LockFile::acquire(folder / "lock");
  if (!lock) return std::unexpected(lock.error());
  for (const auto& entry : std::filesystem::directory_iterator(folder, code)) {
    if (entry.path().filename().string().starts_with(kBegin)) std::filesystem::remove(entry.path(), code);
  }
  return std::unique_ptr<WorkFiles>(new WorkFiles(folder, std::move(*lock)));
}

Result<WorkFile> WorkFiles::make(std::string_view suffix) {
  std::uint64_t number = 0;
  {
    std::lock_guard lock(mutex_);
    number = ++last_;
  }
  const auto path = folder_ / fmt::format("{}{}{}", kBegin, number, suffix);
  const int descriptor = ::open(path.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (descriptor < 0) return storage::disk_error(path, "cannot be made", errno);
  return WorkFile(path, descriptor);
}

Result<std::uint64_t> WorkFiles::free_bytes() const {
  std::error_code code;
  const auto space = std::filesystem::space(folder_, code);
  if (code) return storage::disk_error(folder_, "cannot be measured", code.value());
  return space.available;
}

}  // namespace kinesight::clips
