#include "infer/reload.h"

#include "config/cameras_difference.h"
#include "config/replace_file.h"
#include "config/yaml_file.h"
#include "telemetry/camera_happenings.h"

namespace kinesight::infer {
namespace {

Refusal refused(std::vector<config::Problem> problems) {
  return {.error = "the configuration is not taken, nothing has changed: see its problems",
          .problems = std::move(problems)};
}

telemetry::ReloadRefused happening(const Refusal& refusal) {
  telemetry::ReloadRefused refused;
  for (const auto& problem : refusal.problems) refused.problems.push_back(to_string(problem));
  if (refused.problems.empty()) refused.problems.push_back(refusal.error);
  return refused;
}

telemetry::ConfigReloaded happening(const FleetChange& change) {
  return {.added = change.added,
          .removed = change.removed,
          .restarted = change.restarted,
          .unchanged = change.unchanged.size(),
          .stuck = change.stuck};
}

}  // namespace

std::expected<FleetChange, Refusal> Reloader::reload() {
  std::lock_guard lock(one_at_a_time_);
  const auto text = read();
  if (!text) return tell(std::unexpected(text.error()));
  auto file = check(*text);
  if (!file) return tell(std::unexpected(file.error()));
  return tell(apply(std::move(*file)));
}

std::expected<FleetChange, Refusal> Reloader::change(const TextEdit& edit) {
  std::lock_guard lock(one_at_a_time_);
  const auto text = read();
  if (!text) return tell(std::unexpected(text.error()));
  const auto edited = edit(*text);
  if (!edited) return std::unexpected(edited.error());  // A wrong question says nothing about the file.
  auto file = check(*edited);
  if (!file) return std::unexpected(file.error());
  if (auto written = write(*text, *edited); !written) return std::unexpected(written.error());
  return tell(apply(std::move(*file)));
}

bool Reloader::writable() const { return config::replaceable(path_).has_value(); }

std::expected<std::string, Refusal> Reloader::read() const {
  auto text = config::read_yaml_text(path_);
  if (!text) return std::unexpected(refused(text.error()));
  return std::move(*text);
}

auto Reloader::check(std::string_view text) const -> std::expected<SharedFile, Refusal> {
  auto file = parse_(text);
  if (!file) return std::unexpected(refused(file.error()));
  if (auto fixed = config::needing_restart(*fleet_.file(), *file, path_); !fixed.empty()) {
    return std::unexpected(refused(std::move(fixed)));
  }
  return std::make_shared<const config::CamerasFile>(std::move(*file));
}

std::expected<void, Refusal> Reloader::write(std::string_view old_text, std::string_view text) const {
  const auto by_hand = [](std::string why) {
    return std::unexpected(Refusal{.why = Refusal::Why::by_hand, .error = std::move(why)});
  };
  const auto now = read();
  if (!now) return std::unexpected(now.error());
  if (*now != old_text) return by_hand("the file has been changed by somebody else just now: try again");
  if (auto written = config::replace_file(path_, text); !written) return by_hand(written.error().message);
  return {};
}

std::expected<FleetChange, Refusal> Reloader::apply(SharedFile file) {
  for (const auto& warning : file->warnings) telemetry_.log.warning(to_string(warning));
  auto change = fleet_.apply(std::move(file));
  if (!change) return std::unexpected(Refusal{.why = Refusal::Why::closing, .error = change.error().message});
  return std::move(*change);
}

std::expected<FleetChange, Refusal> Reloader::tell(std::expected<FleetChange, Refusal> change) const {
  if (change) {
    telemetry_.emit(happening(*change));
  } else {
    telemetry_.emit(happening(change.error()));
  }
  return change;
}

}  // namespace kinesight::infer
