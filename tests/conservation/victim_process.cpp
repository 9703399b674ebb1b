#include "conservation/victim_process.h"

#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <ctime>
#include <stdexcept>
#include <utility>

extern char** environ;

namespace kinesight::conservation {
namespace {

using SteadyClock = std::chrono::steady_clock;

}  // namespace

VictimProcess::VictimProcess(const std::filesystem::path& folder, const std::string& url, std::uint64_t seed,
                             std::int64_t first, std::int64_t count) {
  int ends[2];
  if (::pipe(ends) != 0) throw std::runtime_error("no pipe");
  reading_ = ends[0];
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
  posix_spawn_file_actions_addclose(&actions, ends[0]);
  posix_spawn_file_actions_addclose(&actions, ends[1]);
  std::array<std::string, 6> words = {KINESIGHT_BINARY_DIR "/bin/conservation_victim",
                                      folder,
                                      url,
                                      std::to_string(seed),
                                      std::to_string(first),
                                      std::to_string(count)};
  std::array<char*, 7> arguments{};
  for (std::size_t i = 0; i < words.size(); ++i) arguments[i] = words[i].data();
  const int failed = ::posix_spawn(&process_, words[0].c_str(), &actions, nullptr, arguments.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  ::close(ends[1]);
  if (failed) throw std::runtime_error("cannot start " + words[0]);
}

VictimProcess::~VictimProcess() {
  if (process_ > 0) kill();
  ::close(reading_);
}

bool VictimProcess::read_some(std::chrono::microseconds patience) {
  pollfd wanted{.fd = reading_, .events = POLLIN, .revents = 0};
  const timespec wait{.tv_sec = patience.count() / 1'000'000, .tv_nsec = patience.count() % 1'000'000 * 1000};
  if (::ppoll(&wanted, 1, &wait, nullptr) <= 0) return true;
  std::array<char, 4096> buffer;
  const ssize_t got = ::read(reading_, buffer.data(), buffer.size());
  if (got <= 0) return false;
  rest_.append(buffer.data(), static_cast<std::size_t>(got));
  for (auto end = rest_.find('\n'); end != std::string::npos; end = rest_.find('\n')) {
    lines_.push_back(rest_.substr(0, end));
    rest_.erase(0, end + 1);
  }
  return true;
}

void VictimProcess::read(std::size_t lines, std::chrono::microseconds longer) {
  while (lines_.size() < lines && read_some(std::chrono::seconds(20))) {
  }
  const auto deadline = SteadyClock::now() + longer;
  for (auto now = SteadyClock::now(); now < deadline; now = SteadyClock::now()) {
    if (!read_some(std::chrono::duration_cast<std::chrono::microseconds>(deadline - now))) return;
  }
}

void VictimProcess::kill() {
  ::kill(process_, SIGKILL);
  ::waitpid(std::exchange(process_, -1), nullptr, 0);
  while (read_some(std::chrono::seconds(1))) {
  }
}

int VictimProcess::wait(std::chrono::seconds patience) {
  const auto deadline = SteadyClock::now() + patience;
  while (read_some(std::chrono::milliseconds(100))) {
    if (SteadyClock::now() > deadline) return -1;
  }
  int status = 0;
  ::waitpid(std::exchange(process_, -1), &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

}  // namespace kinesight::conservation
