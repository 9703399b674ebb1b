#include "aws/config/shared_config.h"

#include <algorithm>
#include <cstring>
#include <filesystem>

#include "config/text_file.h"

namespace kinesight::aws {
namespace {

constexpr std::size_t kMaxFileBytes = 1024 * 1024;

/// The path that `name` says, else `standard` below the home folder; empty when there is neither.
std::string path_of(const config::Environment& environment, const std::string& name,
                    std::string_view standard) {
  std::string path = variable(environment, name).value_or(fmt::format("~/{}", standard));
  if (path != "~" && !path.starts_with("~/")) return path;
  const auto home = variable(environment, "HOME");
  return home ? *home + path.substr(1) : std::string();
}

/// The file at `path`, empty when it is not there; says in `places` where that is.
Result<ProfileFile> read(const std::string& path, std::string& places) {
  if (!places.empty()) places += ", ";
  if (path.empty()) {
    places += "no file (HOME is not set)";
    return ProfileFile{};
  }
  std::error_code trouble;
  const bool exists = std::filesystem::exists(path, trouble);
  if (!exists && (!trouble || trouble == std::errc::not_a_directory)) {
    places += path + " (not there)";
    return ProfileFile{};
  }
  places += path;
  auto text = config::read_file(path, kMaxFileBytes);
  if (!text) return fail(ErrorKind::invalid, "{}: {}", path, text.error().message);
  auto file = parse_profile_file(*text, path);
  explicit_bzero(text->data(), text->size());
  return file;
}

std::string_view trim(std::string_view text) {
  const auto first = text.find_first_not_of(" \t");
  if (first == text.npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

/// What follows `kind` in a section's name, "profile night" or "profile 'at night'"; empty when it is another
/// kind's.
std::string named(std::string_view section, std::string_view kind) {
  if (!section.starts_with(kind)) return {};
  std::string_view rest = section.substr(kind.size());
  if (rest.empty() || (rest.front() != ' ' && rest.front() != '\t')) return {};
  rest = trim(rest);
  const bool quoted =
      rest.size() >= 2 && (rest.front() == '"' || rest.front() == '\'') && rest.back() == rest.front();
  if (quoted) return std::string(rest.substr(1, rest.size() - 2));
  return rest.find_first_of(" \t") == rest.npos ? std::string(rest) : std::string();
}

}  // namespace

const Setting* Profile::find(std::string_view key) const {
  for (const Section* section : {&credentials, &config}) {
    const auto place = section->find(key);
    if (place != section->end() && !(place->second.value.empty() && place->second.nested.empty())) {
      return &place->second;
    }
  }
  return nullptr;
}

Result<SharedConfig> SharedConfig::load(const config::Environment& environment) {
  SharedConfig shared;
  auto credentials =
      read(path_of(environment, "AWS_SHARED_CREDENTIALS_FILE", ".aws/credentials"), shared.places_);
  if (!credentials) return std::unexpected(credentials.error());
  auto config = read(path_of(environment, "AWS_CONFIG_FILE", ".aws/config"), shared.places_);
  if (!config) return std::unexpected(config.error());
  shared.add_config(std::move(*config));
  shared.add_credentials(std::move(*credentials));

  const auto chosen = variable(environment, "AWS_PROFILE");
  if (!chosen) return shared;
  if (shared.find(*chosen) == nullptr) {
    return fail(
        ErrorKind::invalid,
        "AWS_PROFILE names the profile '{}', which is in neither file: {}; add a section [profile {}] to "
        "the config file, or name another",
        *chosen, shared.places_, *chosen);
  }
  shared.profile_name_ = *chosen;
  return shared;
}

void SharedConfig::add_config(ProfileFile file) {
  for (auto& [section, settings] : file.sections) {
    if (std::string name = named(section, "profile"); !name.empty()) {
      profiles_[std::move(name)].config = std::move(settings);
    } else if (name = named(section, "services"); !name.empty()) {
      services_[std::move(name)] = std::move(settings);
    } else if (section == "default") {
      // [profile default] wins over [default]; it comes later, because 'p' > 'd'.
      profiles_["default"].config = std::move(settings);
    }
  }
}

void SharedConfig::add_credentials(ProfileFile file) {
  for (auto& [section, settings] : file.sections) profiles_[section].credentials = std::move(settings);
}

const Profile& SharedConfig::active() const {
  static const Profile none;
  const Profile* profile = find(profile_name_);
  return profile == nullptr ? none : *profile;
}

const Profile* SharedConfig::find(std::string_view profile) const {
  const auto place = profiles_.find(profile);
  return place == profiles_.end() ? nullptr : &place->second;
}

const Section* SharedConfig::services(std::string_view name) const {
  const auto place = services_.find(name);
  return place == services_.end() ? nullptr : &place->second;
}

std::optional<std::string> variable(const config::Environment& environment, const std::string& name) {
  auto value = environment(name);
  if (value && value->empty()) value.reset();
  return value;
}

std::optional<Found> find_setting(const config::Environment& environment, const SharedConfig* shared,
                                  const std::string& name, std::string_view key) {
  if (auto value = variable(environment, name)) return Found{std::move(*value), name};
  const Setting* setting = shared == nullptr ? nullptr : shared->active().find(key);
  if (setting == nullptr || setting->value.empty()) return std::nullopt;
  return Found{setting->text(), setting->where};
}

Result<bool> find_switch(const config::Environment& environment, const SharedConfig* shared,
                         const std::string& name, std::string_view key) {
  const auto found = find_setting(environment, shared, name, key);
  if (!found) return false;
  std::string value = found->value;
  std::ranges::transform(value, value.begin(), [](unsigned char c) { return std::tolower(c); });
  if (value == "true" || value == "false") return value == "true";
  return fail(ErrorKind::invalid, "{}: expected true or false, found '{}'", found->where,
              shown(found->value));
}

}  // namespace kinesight::aws
