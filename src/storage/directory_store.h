// Clips in a folder of this machine.
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "base/clock.h"
#include "config/table.h"
#include "storage/object_store.h"

namespace kinesight::storage {

/// What `storage` says for the type directory.
struct DirectoryStoreOptions {
  std::string path;
  std::string container;
  static const config::Table& table();
};

/// An object is a file below `folder`, which is made when it is not there, and its attributes are in a second
/// one beside it, "<key>.json"; so no key may end in ".json". Files appear whole, on the disk, and under no
/// name that was taken. Links are file:// URLs: they are good on this machine, and do not end. Errors of
/// make: denied, unavailable, invalid (it is no folder).
Result<std::unique_ptr<ObjectStore>> make_directory_store(const std::filesystem::path& folder, Clock& clock);

}  // namespace kinesight::storage
