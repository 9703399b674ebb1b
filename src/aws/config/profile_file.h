// One of the files that AWS tools share, ~/.aws/config or ~/.aws/credentials: an INI file, read as botocore
// reads it (docs.aws.amazon.com/sdkref/latest/guide/file-format.html).
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/secret.h"

namespace kinesight::aws {

/// What a file says about one key. Any value may be a secret key, so all are kept as secrets.
struct Setting {
  Secret value;       ///< Continuation lines are joined by line ends.
  std::string where;  ///< "file:line", for error texts.
  /// The indented "name = value" lines below a key without a value of its own, by name.
  std::map<std::string, Secret, std::less<>> nested;

  const std::string& text() const { return value.reveal(); }
};

/// `value` as an error may show it: itself, when it is one short line. A line that was indented by mistake
/// belongs to the value above it, and may be a secret key.
std::string_view shown(std::string_view value);

/// The settings of a section, by key in lower case.
using Section = std::map<std::string, Setting, std::less<>>;

/// The sections of a file, by what stands between their brackets.
struct ProfileFile {
  std::map<std::string, Section, std::less<>> sections;
};

/// Reads `text`, the contents of `file`. Error: invalid, naming file and line: a line that is neither section
/// nor setting, a setting before the first section, a section or key that comes twice. No value is in it.
Result<ProfileFile> parse_profile_file(std::string_view text, std::string_view file);

}  // namespace kinesight::aws
