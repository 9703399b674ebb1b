// Files that appear whole, and under a name that nobody had: what a store in a folder is made of.
#pragma once

#include <filesystem>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>

#include "base/result.h"
#include "storage/input_file.h"

namespace kinesight::storage {

/// An error of the system, by errno: denied, not_found, unavailable.
std::unexpected<Error> disk_error(const std::filesystem::path& path, std::string_view what, int code);

/// Makes the folder and those above it, durably.
Result<> make_folders(const std::filesystem::path& folder);

/// Makes what was done in the folder durable.
Result<> sync_folder(const std::filesystem::path& folder);

/// A file without its last name yet; gone, if it gets none, also when the process is killed (on file systems
/// that know files without names, as Linux's own do).
class NewFile {
 public:
  /// A file in `folder`, without a name or, where that cannot be, called ".<random>.new".
  static Result<NewFile> create(const std::filesystem::path& folder);
  ~NewFile();
  NewFile(NewFile&& other) noexcept
      : folder_(other.folder_),
        path_(std::exchange(other.path_, {})),
        descriptor_(std::exchange(other.descriptor_, -1)) {}
  NewFile& operator=(NewFile&&) = delete;

  /// Errors: unavailable (the disk is full), corrupt (`from` ended too soon), cancelled.
  Result<> copy(const InputFile& from, const std::stop_token& stop);
  Result<> write(std::string_view text);
  /// To the disk.
  Result<> sync();
  /// Gives the file its name; false when there is one of that name, which stays.
  Result<bool> name(const std::filesystem::path& as);
  /// Gives the file its name, and takes it from its predecessor.
  Result<> replace(const std::filesystem::path& as);

 private:
  NewFile(std::filesystem::path folder, std::filesystem::path path, int descriptor)
      : folder_(std::move(folder)), path_(std::move(path)), descriptor_(descriptor) {}
  /// How the system calls it until it has its name.
  std::string source() const;
  std::filesystem::path folder_;  // For errors.
  std::filesystem::path path_;    // Empty: none.
  int descriptor_;
};

}  // namespace kinesight::storage
