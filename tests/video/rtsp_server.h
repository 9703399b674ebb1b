// A real RTSP server for a test, in a process of its own.
#pragma once

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <vector>

extern char** environ;

namespace kinesight::video::test {

/// Runs tests/support/rtsp_server.py.
class RtspServer {
 public:
  /// Serves `file`; `arguments` as the script takes them.
  explicit RtspServer(const std::filesystem::path& file, std::vector<std::string> arguments = {}) {
    std::array<int, 2> to_server{};
    std::array<int, 2> from_server{};
    if (pipe2(to_server.data(), O_CLOEXEC) != 0 || pipe2(from_server.data(), O_CLOEXEC) != 0) {
      throw std::runtime_error("cannot make a pipe");
    }
    start(file, std::move(arguments), to_server[0], from_server[1]);
    close(to_server[0]);
    close(from_server[1]);
    keep_alive_ = to_server[1];
    greeting_ = first_line(from_server[0]);
    close(from_server[0]);
  }
  ~RtspServer() {
    signal_to(SIGCONT);
    close(keep_alive_);  // It ends when its stdin does.
    if (pid_ > 0) waitpid(pid_, nullptr, 0);
  }
  RtspServer(const RtspServer&) = delete;
  RtspServer& operator=(const RtspServer&) = delete;

  /// What is missing on this machine, for GTEST_SKIP; empty when the server runs.
  std::string absent() const { return greeting_.starts_with("absent: ") ? greeting_ : ""; }

  /// "rtsp://127.0.0.1:<port>" and the path; `user` as "name:password@".
  std::string url(const std::string& path = "/camera", const std::string& user = "") const {
    return "rtsp://" + user + "127.0.0.1:" + greeting_ + path;
  }

  /// Stops it where it stands: its connections stay open and nothing comes over them.
  void freeze() { signal_to(SIGSTOP); }

  void kill() {
    signal_to(SIGKILL);
    waitpid(pid_, nullptr, 0);
    pid_ = -1;
  }

 private:
  void start(const std::filesystem::path& file, std::vector<std::string> arguments, int in, int out) {
    std::vector<std::string> words = {"/usr/bin/python3",
                                      KINESIGHT_SOURCE_DIR "/tests/support/rtsp_server.py", file};
    words.insert(words.end(), arguments.begin(), arguments.end());
    std::vector<char*> argv;
    for (auto& word : words) argv.push_back(word.data());
    argv.push_back(nullptr);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, in, STDIN_FILENO);
    posix_spawn_file_actions_adddup2(&actions, out, STDOUT_FILENO);
    if (posix_spawn(&pid_, argv[0], &actions, nullptr, argv.data(), environ) != 0) pid_ = -1;
    posix_spawn_file_actions_destroy(&actions);
  }

  static std::string first_line(int file) {
    std::string line;
    for (char next = 0; read(file, &next, 1) == 1 && next != '\n';) line.push_back(next);
    return line.empty() ? "absent: /usr/bin/python3" : line;
  }

  void signal_to(int signal) const {
    if (pid_ > 0) ::kill(pid_, signal);
  }

  pid_t pid_ = -1;
  int keep_alive_ = -1;
  std::string greeting_;  ///< Its port, or what is absent.
};

}  // namespace kinesight::video::test
