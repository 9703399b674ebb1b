#include "aws/credentials/program.h"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <optional>
#include <utility>

namespace kinesight::aws {
namespace {

constexpr std::size_t kMaxOutputBytes = 64 * 1024;

/// A file descriptor that is closed with its owner.
class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  ~Descriptor() { close(); }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;

  int number() const { return number_; }
  void close() {
    if (number_ >= 0) ::close(std::exchange(number_, -1));
  }

 private:
  int number_;
};

/// A child with a process group of its own, reaped with its owner.
class Child {
 public:
  explicit Child(pid_t id) : id_(id) {}
  ~Child() {
    if (id_ <= 0) return;
    kill();
    wait();
  }
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  /// Safe as long as it has not been waited for: until then nobody else gets its id.
  void kill() const { ::kill(-id_, SIGKILL); }

  int wait() {
    int status = 0;
    while (::waitpid(id_, &status, 0) < 0 && errno == EINTR) {
    }
    id_ = 0;
    return status;
  }

 private:
  pid_t id_;
};

/// Spawns with /dev/null but for standard output, and with signals as a program expects them.
Result<pid_t> spawn(const std::vector<std::string>& words, int output) {
  posix_spawn_file_actions_t files;
  posix_spawn_file_actions_init(&files);
  posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&files, output, STDOUT_FILENO);
  posix_spawn_file_actions_addopen(&files, STDERR_FILENO, "/dev/null", O_WRONLY, 0);

  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  sigset_t signals;
  sigemptyset(&signals);
  posix_spawnattr_setsigmask(&attributes, &signals);
  sigaddset(&signals, SIGPIPE);
  posix_spawnattr_setsigdefault(&attributes, &signals);
  posix_spawnattr_setpgroup(&attributes, 0);
  posix_spawnattr_setflags(&attributes,
                           POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);

  std::vector<char*> arguments;
  for (const std::string& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  pid_t id = 0;
  const int trouble = posix_spawnp(&id, arguments[0], &files, &attributes, arguments.data(), environ);
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&files);
  if (trouble == 0) return id;
  return fail(ErrorKind::invalid, "cannot start the program {}: {}", words.front(), std::strerror(trouble));
}

/// Reads to the end. Error: unavailable (too much, too long).
Result<Secret> read_all(int from, Clock::Duration limit) {
  const auto deadline = std::chrono::steady_clock::now() + limit;
  std::string text(kMaxOutputBytes + 1, '\0');
  std::size_t length = 0;
  for (;;) {
    const auto left =
        std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
    pollfd ready{.fd = from, .events = POLLIN, .revents = 0};
    const int count = ::poll(&ready, 1, static_cast<int>(std::max<std::int64_t>(left.count(), 0)));
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0)
      return fail(ErrorKind::unavailable, "the program took longer than {:.0f} s", to_seconds(limit));
    const ssize_t got = ::read(from, text.data() + length, text.size() - length);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) break;
    length += static_cast<std::size_t>(got);
    if (length > kMaxOutputBytes) {
      return fail(ErrorKind::unavailable, "the program printed more than {} bytes", kMaxOutputBytes);
    }
  }
  Secret output(std::string_view(text).substr(0, length));
  explicit_bzero(text.data(), length);
  return output;
}

}  // namespace

Result<std::vector<std::string>> split_words(std::string_view command) {
  std::vector<std::string> words;
  std::optional<std::string> word;
  char quote = '\0';
  for (std::size_t at = 0; at < command.size(); ++at) {
    const char c = command[at];
    const bool escapes = c == '\\' && quote != '\'' && at + 1 < command.size() &&
                         (quote == '\0' || command[at + 1] == '"' || command[at + 1] == '\\');
    if (escapes) {
      word = word.value_or("") + command[++at];
    } else if (quote != '\0' && c == quote) {
      quote = '\0';
    } else if (quote == '\0' && (c == '"' || c == '\'')) {
      quote = c;
      word = word.value_or("");
    } else if (quote == '\0' && std::string_view(" \t\r\n").contains(c)) {
      if (word) words.push_back(*std::exchange(word, std::nullopt));
    } else {
      word = word.value_or("") + c;
    }
  }
  if (quote != '\0') return fail(ErrorKind::invalid, "expected a closing {}, found none", quote);
  if (word) words.push_back(std::move(*word));
  if (words.empty() || words.front().empty())
    return fail(ErrorKind::invalid, "expected a program, found none");
  return words;
}

Result<Secret> run_program(const std::vector<std::string>& words, Clock::Duration limit,
                           std::stop_token stop) {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) return fail(ErrorKind::unavailable, "no pipe: {}", std::strerror(errno));
  const Descriptor output(ends[0]);
  Descriptor input(ends[1]);
  const auto id = spawn(words, input.number());
  if (!id) return std::unexpected(id.error());
  input.close();
  Child child(*id);
  auto text = [&] {
    const std::stop_callback on_stop(stop, [&child] { child.kill(); });
    return read_all(output.number(), limit);
  }();
  if (stop.stop_requested()) return fail(ErrorKind::cancelled, "stopped while the program ran");
  if (!text) return text;
  if (child.wait() == 0) return text;
  return fail(ErrorKind::unavailable, "the program failed; run it by hand to see why");
}

}  // namespace kinesight::aws
