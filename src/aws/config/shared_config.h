// The shared config and credentials files together, and the profile that is in use.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "aws/config/profile_file.h"
#include "config/environment.h"

namespace kinesight::aws {

/// What both files say about one profile.
struct Profile {
  Section credentials;  ///< In the credentials file; it wins.
  Section config;       ///< In the config file.

  /// The setting `key`, which is in lower case; null when it is absent or empty.
  const Setting* find(std::string_view key) const;
};

/// Both files, read. What has no file has no profiles.
class SharedConfig {
 public:
  /// Reads AWS_CONFIG_FILE (~/.aws/config) and AWS_SHARED_CREDENTIALS_FILE (~/.aws/credentials); a file that
  /// is not there is empty. Error: invalid (a file that cannot be read or is not as it should be, AWS_PROFILE
  /// names a profile that is in neither), naming file and line.
  static Result<SharedConfig> load(const config::Environment& environment);

  /// AWS_PROFILE, or "default".
  const std::string& profile_name() const { return profile_name_; }
  /// The profile in use; an empty one when there is no [default].
  const Profile& active() const;
  /// Null when neither file has it.
  const Profile* find(std::string_view profile) const;
  /// A section [services name] of the config file; null when it has none.
  const Section* services(std::string_view name) const;
  /// For error texts: where profiles were looked for.
  const std::string& places() const { return places_; }

 private:
  void add_config(ProfileFile file);
  void add_credentials(ProfileFile file);

  std::string profile_name_ = "default";
  std::map<std::string, Profile, std::less<>> profiles_;
  std::map<std::string, Section, std::less<>> services_;
  std::string places_;
};

/// The environment variable `name`; nothing when it is not set or empty, which AWS takes for the same.
std::optional<std::string> variable(const config::Environment& environment, const std::string& name);

/// A value and where it was found, for error texts: "AWS_REGION", "file:line".
struct Found {
  std::string value;
  std::string where;
};

/// The environment variable `name` if it is set, else `key` of the profile in use, else nothing. `shared` may
/// be null.
std::optional<Found> find_setting(const config::Environment& environment, const SharedConfig* shared,
                                  const std::string& name, std::string_view key);

/// The same for a yes or no; nothing said is no. Error: invalid (neither true nor false).
Result<bool> find_switch(const config::Environment& environment, const SharedConfig* shared,
                         const std::string& name, std::string_view key);

}  // namespace kinesight::aws
