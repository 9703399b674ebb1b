#include "cli/load_test/process.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <sstream>
#include <utility>

namespace kinesight::cli::load_test {
namespace {

constexpr auto kLook = std::chrono::milliseconds(20);

/// "NAME=value" of ours, without those that are replaced, and the replacements.
std::vector<std::string> environment_with(const std::map<std::string, std::string>& added) {
  std::vector<std::string> all;
  for (char** one = environ; *one; ++one) {
    const std::string text = *one;
    if (!added.contains(text.substr(0, text.find('=')))) all.push_back(text);
  }
  for (const auto& [name, value] : added) all.push_back(name + "=" + value);
  return all;
}

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> result;
  for (auto& text : texts) result.push_back(text.data());
  result.push_back(nullptr);
  return result;
}

/// In the child, where only what is safe in a signal handler may be called.
[[noreturn]] void become(char* const* words, char* const* environment, int output, pid_t parent) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent) _exit(127);  // It went before that was set.
  setpgid(0, 0);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
  signal(SIGPIPE, SIG_DFL);
  const int nothing = open("/dev/null", O_RDONLY);
  dup2(nothing, STDIN_FILENO);
  dup2(output, STDOUT_FILENO);
  dup2(output, STDERR_FILENO);
  execve(words[0], words, environment);
  _exit(127);
}

}  // namespace

Result<Process> Process::start(const std::vector<std::string>& words,
                               const std::map<std::string, std::string>& environment,
                               const std::filesystem::path& output) {
  auto arguments = words;
  auto variables = environment_with(environment);
  const auto argument_pointers = pointers(arguments), variable_pointers = pointers(variables);
  const int file = open(output.c_str(), O_CREAT | O_TRUNC | O_WRONLY | O_CLOEXEC, 0600);
  if (file < 0)
    return fail(ErrorKind::unavailable, "cannot write {}: {}", output.string(), std::strerror(errno));
  const pid_t parent = getpid();
  const pid_t id = fork();
  if (id == 0) become(argument_pointers.data(), variable_pointers.data(), file, parent);
  close(file);
  if (id < 0) return fail(ErrorKind::unavailable, "cannot start {}: {}", words[0], std::strerror(errno));
  return Process(id);
}

Process::Process(Process&& other) noexcept : id_(std::exchange(other.id_, 0)) {}

Process::~Process() {
  if (id_ == 0) return;
  kill(id_, SIGKILL);
  waitpid(id_, nullptr, 0);
}

bool Process::running() {
  if (id_ != 0 && waitpid(id_, nullptr, WNOHANG) == id_) id_ = 0;
  return id_ != 0;
}

void Process::stop(Clock::Duration patience) {
  if (!running()) return;
  kill(id_, SIGTERM);
  const auto deadline = std::chrono::steady_clock::now() + patience;
  while (running() && std::chrono::steady_clock::now() < deadline) Clock::system().wait_for(kLook, {});
  if (!running()) return;
  kill(id_, SIGKILL);
  waitpid(std::exchange(id_, 0), nullptr, 0);
}

/// proc(5): of stat, fields 14 to 17 are CPU time in ticks; of statm, field 2 is the resident pages.
Usage Process::usage() const {
  if (id_ == 0) return {};
  const auto folder = std::filesystem::path("/proc") / std::to_string(id_);
  std::ifstream stat(folder / "stat");
  std::string text(std::istreambuf_iterator<char>(stat), {});
  std::istringstream rest(text.substr(std::min(text.rfind(')'), text.size() - (text.empty() ? 0 : 1)) + 1));
  std::string skipped;
  for (int field = 3; field < 14; ++field) rest >> skipped;
  Usage usage;
  for (int field = 14; field <= 17; ++field) {
    double ticks = 0;
    rest >> ticks;
    usage.cpu_seconds += ticks / static_cast<double>(sysconf(_SC_CLK_TCK));
  }
  std::ifstream statm(folder / "statm");
  double size = 0, resident = 0;
  statm >> size >> resident;
  usage.resident_bytes = resident * static_cast<double>(sysconf(_SC_PAGESIZE));
  return usage;
}

/// proc(5): the first line of stat is user, nice, system, idle, iowait, irq, softirq and steal, in ticks.
double machine_cpu_seconds() {
  std::ifstream stat("/proc/stat");
  std::string cpu;
  stat >> cpu;
  double busy = 0;
  for (int field = 0; field < 8; ++field) {
    double ticks = 0;
    stat >> ticks;
    if (field != 3 && field != 4) busy += ticks;
  }
  return busy / static_cast<double>(sysconf(_SC_CLK_TCK));
}

}  // namespace kinesight::cli::load_test
