// Replaces a file as a whole.
#pragma once

#include <filesystem>
#include <string_view>

#include "base/result.h"

namespace kinesight::config {

/// Whether replace_file() may be expected to work; what stands in its way otherwise. Errors: denied (a
/// read-only mount, no permission, a symbolic link: what it points to is somebody else's, as in a ConfigMap).
Result<> replaceable(const std::filesystem::path& path);

/// Makes `text` the content of the file: whoever reads it sees the old one or the new one, whole, whatever
/// happens. Mode and owner stay, where there was one; a new one is readable by its owner alone. Errors: as
/// replaceable(), unavailable.
Result<> replace_file(const std::filesystem::path& path, std::string_view text);

}  // namespace kinesight::config
