// kill -9 at any moment: the store opens, holds whole events alone, and every picture that a row names.
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <iostream>
#include <random>

#include "base/rng.h"
#include "publish/local/event_log.h"
#include "publish/local_fixture.h"

extern char** environ;

namespace kinesight::publish {
namespace {

constexpr const char* kSeed = "KINESIGHT_TEST_SEED";

/// A process that runs crash_victim; killed when this goes out of scope.
class Victim {
 public:
  Victim(const std::filesystem::path& directory, std::int64_t first) {
    int ends[2];
    if (::pipe(ends) != 0) throw std::runtime_error("no pipe");
    reading_ = ends[0];
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
    posix_spawn_file_actions_addclose(&actions, ends[0]);
    posix_spawn_file_actions_addclose(&actions, ends[1]);
    std::string program = KINESIGHT_BINARY_DIR "/bin/crash_victim";
    std::string folder = directory;
    std::string number = std::to_string(first);
    char* const arguments[] = {program.data(), folder.data(), number.data(), nullptr};
    const int failed = ::posix_spawn(&process_, program.c_str(), &actions, nullptr, arguments, environ);
    posix_spawn_file_actions_destroy(&actions);
    ::close(ends[1]);
    if (failed) throw std::runtime_error("cannot start " + program);
  }
  ~Victim() {
    ::kill(process_, SIGKILL);
    ::waitpid(process_, nullptr, 0);
    ::close(reading_);
  }

  /// Waits until it has handed over `count` more publications; false when it has ended.
  bool wait_for(int count) {
    char byte = 0;
    while (count > 0 && ::read(reading_, &byte, 1) == 1) --count;
    return count == 0;
  }

 private:
  pid_t process_ = -1;
  int reading_ = -1;
};

std::uint64_t seed() {
  const char* given = std::getenv(kSeed);
  return given ? std::strtoull(given, nullptr, 10) : std::random_device()();
}

class CrashTest : public LocalTest {
 protected:
  /// The rows there are: none when the victim was killed before it had made the store.
  std::vector<event::Envelope> rows() const {
    if (!std::filesystem::exists(directory_ / "events.db")) return {};
    return stored({.limit = 0});
  }
  /// Every row is a whole event whose picture is there.
  void check(const std::vector<event::Envelope>& rows) {
    for (const auto& [event_id, camera_id, producer, payload] : rows) {
      EXPECT_EQ(event_id, event::event_id(camera_id, payload.type, payload.label, payload.ts_ms));
      const std::string key = payload.extras.at("snapshot");
      EXPECT_TRUE(is_whole_jpeg(directory_ / key)) << key;
    }
  }
};

TEST_F(CrashTest, KilledAtAnyMomentTheStoreStaysWhole) {
  const auto value = seed();
  std::cout << "seed: " << kSeed << "=" << value << "\n";
  Rng rng(value);
  std::int64_t handed_over = 0;
  std::size_t before = 0;
  for (int round = 0; round < 12; ++round) {
    const int count = rng.integer(1, 60);
    {
      Victim victim(directory_, handed_over);
      ASSERT_TRUE(victim.wait_for(count)) << "the victim ended by itself";
    }
    handed_over += count + 20;  // More than it can have taken beyond the last byte that we read.
    const auto left = rows();
    check(left);
    const std::size_t now = left.size();
    EXPECT_GE(now, before) << "what was committed once stays";
    EXPECT_EQ(now % 2, 0u) << "the two events of a frame are one transaction";
    before = now;
  }
  EXPECT_GT(before, 0u);

  start();
  publish(sample(kNowMs - 1000));
  flush();
  publisher_.reset();
  EXPECT_TRUE(files_in(directory_, ".tmp").empty());
  auto log = EventLog::open(directory_).value();
  for (const auto& path : files_in(directory_, ".jpg")) {
    const std::string key = path.lexically_relative(directory_).string();
    EXPECT_TRUE(log.contains_snapshot(key).value()) << "retention would never delete " << key;
  }
}

}  // namespace
}  // namespace kinesight::publish
