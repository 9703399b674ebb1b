// kill -9 at any moment, again and again: what was acknowledged arrives, or is a dead letter; what arrives
// twice was counted.
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>

#include "base/rng.h"
#include "publish/outbox/outbox_fixture.h"

extern char** environ;

namespace kinesight::publish {
namespace {

/// A process that runs outbox_victim; killed when this goes out of scope.
class Victim {
 public:
  Victim(const std::filesystem::path& folder, std::vector<std::string> arguments) {
    int ends[2];
    if (::pipe(ends) != 0) throw std::runtime_error("no pipe");
    reading_ = ends[0];
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
    posix_spawn_file_actions_addclose(&actions, ends[0]);
    posix_spawn_file_actions_addclose(&actions, ends[1]);
    arguments.insert(arguments.begin(), {KINESIGHT_BINARY_DIR "/bin/outbox_victim", folder.string()});
    std::vector<char*> pointers;
    for (auto& argument : arguments) pointers.push_back(argument.data());
    pointers.push_back(nullptr);
    const int failed = ::posix_spawn(&process_, pointers[0], &actions, nullptr, pointers.data(), environ);
    posix_spawn_file_actions_destroy(&actions);
    ::close(ends[1]);
    if (failed) throw std::runtime_error("cannot start " + arguments[0]);
  }
  ~Victim() {
    if (process_ > 0) ::kill(process_, SIGKILL);  // Never -1: that would be everybody.
    (void)wait();
    ::close(reading_);
  }

  /// Waits until it has appended `count` more entries; false when it has ended.
  bool wait_for(int count) {
    char byte = 0;
    while (count > 0 && ::read(reading_, &byte, 1) == 1) --count;
    return count == 0;
  }
  /// Waits for its end: its exit status, or -1.
  int wait() {
    if (process_ <= 0) return -1;
    int status = 0;
    ::waitpid(process_, &status, 0);
    process_ = -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }

 private:
  pid_t process_ = -1;
  int reading_ = -1;
};

/// How often each line is in the file.
std::map<std::string, int> lines(const std::filesystem::path& path) {
  std::map<std::string, int> counts;
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);) ++counts[line];
  return counts;
}

class OutboxCrashTest : public testing::Test {
 protected:
  /// What must hold once a last process has sent all that was left.
  void check() {
    const auto acknowledged = lines(folder_.path() / "acknowledged");
    const auto arrived = lines(folder_.path() / "sink");
    std::set<std::string> dead;
    const auto letters = DeadLetters::open(folder_.path())->list("", 1'000'000).value();
    for (const auto& letter : letters)
      EXPECT_TRUE(dead.insert(letter.name).second) << letter.name << " is buried twice";
    std::uint64_t missing = 0;
    for (const auto& [name, count] : acknowledged)
      missing += !arrived.contains(name) && !dead.contains(name) ? 1 : 0;
    EXPECT_EQ(missing, 0u) << "of " << acknowledged.size();
    std::uint64_t duplicates = 0;
    for (const auto& [name, count] : arrived) duplicates += static_cast<std::uint64_t>(count - 1);

    const auto account = view_outbox(folder_.path()).value().at(0);
    EXPECT_EQ(account.waiting + account.dropped, 0u);
    EXPECT_EQ(account.accepted, account.delivered + account.dead);
    EXPECT_GE(account.accepted, acknowledged.size());
    EXPECT_EQ(account.delivered, arrived.size());
    EXPECT_EQ(account.dead, dead.size());
    EXPECT_LE(duplicates, account.uncertain) << "only what was uncertain may arrive twice";
    std::cout << acknowledged.size() << " acknowledged, " << arrived.size() << " arrived, " << dead.size()
              << " dead, " << duplicates << " twice of " << account.uncertain << " uncertain\n";
  }

  support::TempFolder folder_;
};

TEST_F(OutboxCrashTest, KilledAtAnyMomentItLosesNothing) {
  const auto seed = test_seed();
  Rng rng(seed);
  std::int64_t next = 1'000'000;
  for (int round = 0; round < 25; ++round) {
    const int count = rng.integer(1, 400);
    Victim victim(folder_.path(), {std::to_string(next), std::to_string(seed + round)});
    ASSERT_TRUE(victim.wait_for(count)) << "the victim ended by itself: " << victim.wait();
    next += 1'000'000;
  }
  Victim last(folder_.path(), {std::to_string(next), std::to_string(seed), "100"});
  ASSERT_EQ(last.wait(), 0);
  check();
}

}  // namespace
}  // namespace kinesight::publish
