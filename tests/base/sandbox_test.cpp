// Jobs in processes of their own: what they can do, what they cannot, and that whatever one does the next one
// works.
#include "base/sandbox.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <thread>
#include <vector>

#include "base/sandbox_jobs.h"
#include "support/temp_folder.h"

namespace kinesight::test {
namespace {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool kSanitized = true;
#else
constexpr bool kSanitized = false;
#endif

std::size_t count_entries(const std::filesystem::path& folder) {
  return static_cast<std::size_t>(
      std::distance(std::filesystem::directory_iterator(folder), std::filesystem::directory_iterator()));
}

/// Children of this process, zombies too.
std::vector<int> children() {
  std::vector<int> found;
  for (const auto& task : std::filesystem::directory_iterator("/proc/self/task")) {
    std::ifstream file(task.path() / "children");
    for (int pid = 0; file >> pid;) found.push_back(pid);
  }
  return found;
}

class SandboxTest : public testing::Test {
 protected:
  SandboxTest() {
    setenv("SANDBOX_TEST_SECRET", "a-secret-of-the-environment", 1);
    secret_at = std::getenv("SANDBOX_TEST_SECRET");
    auto started = Sandbox::start(kJobs);
    if (!started) throw std::runtime_error(started.error().message);
    sandbox = std::move(*started);
    learned_later = "a secret of later";
  }
  ~SandboxTest() override { learned_later = "nothing yet"; }

  Answer run(std::string_view job, std::string_view request = "", Files files = {},
             const SandboxLimits& limits = {}, const std::stop_token& stop = {}) {
    return sandbox->run(job, request, files, limits, stop);
  }

  /// The job's error, and that the next job works.
  Error failed(std::string_view job, std::string_view request = "", Files files = {},
               const SandboxLimits& limits = {}) {
    const auto answer = run(job, request, files, limits);
    EXPECT_FALSE(answer) << job << ": " << *answer;
    EXPECT_EQ(run("echo", "still here"), "still here") << "after " << job;
    return answer ? Error{} : answer.error();
  }

  void expect_ended(std::string_view job, const char* signal) {
    const Error error = failed(job);
    EXPECT_EQ(error.kind, ErrorKind::corrupt) << error.message;
    EXPECT_THAT(error.message, testing::HasSubstr(signal));
    EXPECT_THAT(error.message, testing::HasSubstr(job));
  }

  const char* secret_at = nullptr;
  std::unique_ptr<Sandbox> sandbox;
};

TEST_F(SandboxTest, AnswersWithWhatTheJobGives) {
  EXPECT_EQ(run("echo", "hello"), "hello");
  EXPECT_EQ(run("echo", ""), "");
  const std::string long_one(1 << 20, '\0');
  EXPECT_EQ(run("echo", long_one), long_one);
}

TEST_F(SandboxTest, PassesErrorsOn) {
  const Error error = failed("refuse", "such thing");
  EXPECT_EQ(error.kind, ErrorKind::not_found);
  EXPECT_EQ(error.message, "no such thing");
  EXPECT_EQ(failed("throw").kind, ErrorKind::corrupt);
  EXPECT_EQ(failed("no such job").kind, ErrorKind::invalid);
  EXPECT_EQ(failed("echo", std::string((1 << 20) + 1, 'x')).kind, ErrorKind::invalid);
}

TEST_F(SandboxTest, ACrashIsAnError) {
  const Error crashed = failed("memory", "4096");
  EXPECT_EQ(crashed.kind, ErrorKind::corrupt);
  EXPECT_EQ(crashed.message, "job 'memory': it crashed (SIGSEGV)");
  // abort() sends itself a signal, which no job may.
  const Error aborted = failed("abort");
  EXPECT_EQ(aborted.kind, ErrorKind::corrupt);
  EXPECT_THAT(aborted.message, testing::HasSubstr("SIG"));
  EXPECT_THAT(failed("leave").message, testing::HasSubstr("exit status 7"));
}

TEST_F(SandboxTest, TimeIsLimited) {
  SandboxLimits limits;
  limits.time = std::chrono::milliseconds(300);
  for (const char* job : {"loop", "sleep"}) {
    const Error error = failed(job, "", {}, limits);
    EXPECT_EQ(error.kind, ErrorKind::corrupt);
    EXPECT_THAT(error.message, testing::HasSubstr("longer than 0.3 s"));
  }
}

TEST_F(SandboxTest, MemoryIsLimited) {
  SandboxLimits limits;
  limits.memory_bytes = 64 << 20;
  EXPECT_EQ(run("allocate", "16000000", {}, limits), "16000000");
  EXPECT_EQ(run("map much", "", {}, limits), "Cannot allocate memory");
  // The sanitizers end a program that asks too much.
  EXPECT_EQ(failed("allocate", "10000000000", {}, limits).kind, ErrorKind::corrupt);
  EXPECT_EQ(failed("allocate", "100000000", {}, limits).kind, ErrorKind::corrupt);
}

TEST_F(SandboxTest, FilesAreLimited) {
  const support::TempFolder folder;
  const int file = open((folder.path() / "long").c_str(), O_RDWR | O_CREAT, 0600);
  SandboxLimits limits;
  limits.file_bytes = 3'000'000;
  const Error error = failed("write long", "", {&file, 1}, limits);
  EXPECT_EQ(error.kind, ErrorKind::corrupt);
  EXPECT_THAT(error.message, testing::HasSubstr("longer file"));
  EXPECT_EQ(std::filesystem::file_size(folder.path() / "long"), 3'000'000u);
  close(file);
}

TEST_F(SandboxTest, FilesAreThoseThatWerePassed) {
  const support::TempFolder folder;
  std::ofstream(folder.path() / "from") << "0123456789";
  const int files[] = {open((folder.path() / "from").c_str(), O_RDONLY),
                       open((folder.path() / "to").c_str(), O_RDWR | O_CREAT, 0600)};
  EXPECT_EQ(run("copy", "", files), "8");
  char copied[16] = {};
  EXPECT_EQ(pread(files[1], copied, sizeof(copied), 0), 9);
  EXPECT_STREQ(copied + 1, "23456789");
  const int swapped[] = {files[1], files[0]};
  EXPECT_EQ(failed("copy", "", swapped).kind, ErrorKind::unavailable) << "what is open for reading stays so";
  const int wrong[] = {files[0], 999};
  EXPECT_EQ(failed("copy", "", wrong).kind, ErrorKind::invalid);
  for (const int file : files) close(file);
  EXPECT_EQ(run("open", "/etc/passwd"), "Permission denied");
  EXPECT_EQ(run("open", "/proc/self/environ"), "Permission denied");
  // The three standard ones and its socket.
  EXPECT_EQ(run("count descriptors"), kSanitized ? *run("count descriptors") : "4");
}

TEST_F(SandboxTest, NothingElseIsAllowed) {
  for (const char* job : {"connect", "fork", "execute", "kill parent", "unlimit", "map code"}) {
    SCOPED_TRACE(job);
    expect_ended(job, "SIGSYS");
  }
}

TEST_F(SandboxTest, TheEnvironmentIsNotInIt) {
  EXPECT_EQ(run("environment"), "");
  EXPECT_STREQ(secret_at, "a-secret-of-the-environment");
  EXPECT_EQ(run("memory", std::to_string(reinterpret_cast<std::uintptr_t>(secret_at))), "");
  // Where the kernel put it when this program was started: PATH may be replaced in `environ`, and stays
  // there.
  for (const int pid : children()) {
    std::ifstream file("/proc/" + std::to_string(pid) + "/environ", std::ios::binary);
    const std::string seen{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
    EXPECT_EQ(seen.find_first_not_of('\0'), std::string::npos) << seen;
  }
}

TEST_F(SandboxTest, WhatTheProgramLearnsLaterIsNotInIt) { EXPECT_EQ(run("global"), "nothing yet"); }

TEST_F(SandboxTest, AnswersOfAJobThatWasTakenOverAreBounded) {
  EXPECT_EQ(failed("speak long").kind, ErrorKind::corrupt);
  EXPECT_EQ(failed("lie").kind, ErrorKind::corrupt);
}

TEST_F(SandboxTest, AStopEndsTheJobAtOnce) {
  const auto begin = Clock::system().steady();
  Answer answer;
  std::jthread runner([&](const std::stop_token& stop) { answer = run("sleep", "", {}, {}, stop); });
  runner.request_stop();
  const std::stop_token requested = runner.get_stop_token();
  runner.join();
  EXPECT_EQ(answer.error().kind, ErrorKind::cancelled);
  EXPECT_LT(Clock::system().steady() - begin, std::chrono::seconds(20))
      << "of two minutes that it might take";
  EXPECT_EQ(run("echo", "", {}, {}, requested).error().kind, ErrorKind::cancelled);
  EXPECT_EQ(children().size(), 1u);
}

TEST_F(SandboxTest, ManyJobsAtOnceFromManyThreads) {
  std::atomic<int> right = 0;
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 16; ++i) {
      threads.emplace_back([&, i] {
        for (int round = 0; round < 10; ++round) {
          const std::string text = std::to_string(100 * i + round);
          right += run("echo", text) == text ? 1 : 0;
          right += run(round % 2 == 0 ? "leave" : "fork").error().kind == ErrorKind::corrupt ? 1 : 0;
        }
      });
    }
  }
  EXPECT_EQ(right, 16 * 10 * 2);
  EXPECT_EQ(children().size(), 1u) << "no zombies: the process that starts jobs alone";
}

TEST_F(SandboxTest, AThousandJobsLeaveNoDescriptorAndNoProcessBehind) {
  ASSERT_EQ(children().size(), 1u);
  const std::string zygote = "/proc/" + std::to_string(children().front()) + "/fd";
  const auto own_before = count_entries("/proc/self/fd");
  const auto zygote_before = count_entries(zygote);
  const int file = open("/dev/null", O_RDONLY);
  for (int i = 0; i < 1000; ++i) {
    const bool crash = i % 10 == 0;
    ASSERT_EQ(run(crash ? "leave" : "echo", "", {&file, 1}).has_value(), !crash) << i;
  }
  close(file);
  EXPECT_EQ(count_entries("/proc/self/fd"), own_before);
  EXPECT_EQ(count_entries(zygote), zygote_before);
  EXPECT_EQ(zygote_before, 4u) << "the standard ones and the control socket";
  EXPECT_EQ(children().size(), 1u);
}

TEST_F(SandboxTest, WithoutTheProcessThatStartsJobsThereIsNone) {
  ASSERT_EQ(children().size(), 1u);
  kill(children().front(), SIGTERM);
  kill(children().front(), SIGINT);
  EXPECT_EQ(run("echo", "what is sent to the group does not end it"),
            "what is sent to the group does not end it");
  EXPECT_TRUE(sandbox->ready());
  kill(children().front(), SIGKILL);
  for (int i = 0; i < 3; ++i) {
    const auto answer = run("echo", "");
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().kind, ErrorKind::unavailable);
    EXPECT_THAT(answer.error().message, testing::HasSubstr("restart"));
  }
  EXPECT_FALSE(sandbox->ready());
  sandbox.reset();
  EXPECT_TRUE(children().empty());
  auto again = Sandbox::start(kJobs);
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_EQ((*again)->run("echo", "new", {}, {}, {}), "new");
}

TEST_F(SandboxTest, ItEndsWithItsOwner) {
  ASSERT_EQ(children().size(), 1u);
  sandbox.reset();
  EXPECT_TRUE(children().empty());
}

TEST(SandboxStart, IsRefusedWhereThereAreThreads) {
  std::atomic<bool> done = false;
  std::jthread other([&] { done.wait(false); });
  const auto started = Sandbox::start(kJobs);
  done = true;
  done.notify_all();
  ASSERT_FALSE(started);
  EXPECT_EQ(started.error().kind, ErrorKind::invalid);
}

}  // namespace
}  // namespace kinesight::test
