#include "clips/doctor/local_checks.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

#include <random>

namespace kinesight::clips::doctor {
namespace {

namespace fs = std::filesystem;

constexpr auto kKeyLives = std::chrono::seconds(10);
constexpr double kSlowSeconds = 0.1;  ///< Its answers wait for half a second at most.

/// The folder, or the nearest one above it that is there.
fs::path nearest_folder(const fs::path& folder) {
  std::error_code ignored;
  fs::path at = fs::absolute(folder, ignored).lexically_normal();
  while (!fs::exists(at, ignored) && at.has_parent_path() && at != at.parent_path()) at = at.parent_path();
  return at;
}

/// 0, or errno of what failed.
int try_to_write(const fs::path& folder) {
  std::string path = (folder / ".kinesight-doctor-XXXXXX").string();
  const int file = ::mkostemp(path.data(), O_CLOEXEC);
  if (file < 0) return errno;
  const int trouble = ::write(file, "x", 1) == 1 ? 0 : errno;
  ::close(file);
  ::unlink(path.c_str());
  return trouble;
}

Finding check_room(const fs::path& folder, const ServiceOptions& service, const ClipOptions& clip) {
  const double needed = 2.0 * static_cast<double>(clip.max_bytes) * service.workers;
  std::error_code trouble;
  const auto space = fs::space(folder, trouble);
  if (trouble)
    return warning("disk", fmt::format("{}: its room cannot be read: {}", folder.string(), trouble.message()),
                   "see to it that it has room for the clips");
  const std::string found = fmt::format(
      "{:.1f} GB free at {}; {} worker{} with clips of clip.max_bytes take {:.1f} GB while they are made",
      static_cast<double>(space.available) / 1e9, folder.string(), service.workers,
      service.workers == 1 ? "" : "s", needed / 1e9);
  if (static_cast<double>(space.available) >= needed) return ok("disk", found);
  return warning("disk", found, "make room, or lower clip.max_bytes or workers; clips that are shorter fit");
}

}  // namespace

Finding check_sandbox(const Result<std::unique_ptr<Sandbox>>& sandbox) {
  if (sandbox) return ok("sandbox", "clips are parsed in processes without network, files and secrets");
  return failed(
      "sandbox", told(sandbox.error()),
      "Linux 4.14 or later with seccomp and /proc is needed; in a container, a seccomp profile that "
      "lets a process restrict itself (prctl, seccomp)");
}

Findings check_state_directory(const ServiceOptions& service, const ClipOptions& clip) {
  const fs::path wanted = service.state_directory, folder = nearest_folder(wanted);
  std::error_code ignored;
  const bool there = fs::exists(wanted, ignored);
  if (const int trouble = try_to_write(folder)) {
    return {failed("state directory", fmt::format("{}: {}", folder.string(), std::strerror(trouble)),
                   fmt::format("let the service's user write there, or set state_directory ({}) to another "
                               "folder",
                               wanted.string()))};
  }
  return {
      ok("state directory", there ? fmt::format("{} can be written to", wanted.string())
                                  : fmt::format("{} will be made in {}", wanted.string(), folder.string())),
      check_room(folder, service, clip)};
}

Finding check_redis(const ClipsFile& file, Cache* cache, Clock& clock) {
  const std::string check = "Redis";
  if (!cache) {
    const std::string found =
        "there is none (redis.host is empty): each replica lists the cameras by itself, a task that comes "
        "twice may send its message twice, and one replica alone may schedule";
    if (!file.scheduler.enabled) return ok(check, found);
    return warning(check, found, "set redis.host, or run the scheduler in one replica only");
  }
  const std::string key = fmt::format("s2:doctor:{:08x}", std::random_device{}());
  const auto begin = clock.steady();
  const auto told_by = [&](const Error& error) {
    const std::string advice =
        "check redis.host, port, username, password and database, and that its user may SET, GET, DEL, INCR "
        "and "
        "EVAL";
    // It is a cache to all but the scheduler, which has its lock and its ledger there.
    if (file.scheduler.enabled)
      return failed(check, told(error) + "; nothing is scheduled without it", advice);
    return warning(check, told(error) + "; the service goes on as if there were none", advice);
  };
  if (const auto added = cache->add(key, "x", kKeyLives); !added) return told_by(added.error());
  const auto got = cache->get(key);
  if (!got) return told_by(got.error());
  if (const auto removed = cache->remove(key, "x"); !removed) return told_by(removed.error());
  if (*got != "x")
    return told_by({ErrorKind::corrupt, "a value that was just set is not there: perhaps a read replica"});
  const double each = to_seconds(clock.steady() - begin) / 3;
  const std::string found =
      fmt::format("{}:{} answers within {:.1f} ms", file.redis.host, file.redis.port, each * 1000);
  if (each < kSlowSeconds) return ok(check, found);
  return warning(check, found, "its answers are waited for half a second; put it nearer");
}

}  // namespace kinesight::clips::doctor
