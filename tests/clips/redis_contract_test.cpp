// Against a real Redis. The environment names it:
//   KINESIGHT_CONTRACT_REDIS            HOST:PORT; without it the tests skip
//   KINESIGHT_CONTRACT_REDIS_PASSWORD   its password
//   KINESIGHT_CONTRACT_REDIS_CONTROL    port of loopback where its keeper takes commands
//   (tests/redis_server.py)
#include <gmock/gmock.h>

#include <cstdlib>
#include <thread>

#include "base/clock.h"
#include "clips/redis/redis_cache.h"
#include "support/keeper.h"

namespace kinesight::clips {
namespace {

using std::chrono::milliseconds;
using testing::HasSubstr;
using testing::Not;

constexpr milliseconds kLong{60'000};
constexpr Clock::Duration kPatience = std::chrono::seconds(30);

struct RedisContract : testing::Test {
  RedisOptions options;
  std::string prefix = "contract:" + std::to_string(Clock::system().wall_ms()) + ":";

  void SetUp() override {
    const char* address = std::getenv("KINESIGHT_CONTRACT_REDIS");
    const char* password = std::getenv("KINESIGHT_CONTRACT_REDIS_PASSWORD");
    if (!address || !password) GTEST_SKIP() << "no Redis is named; tests/clips/test_redis.py starts one";
    const std::string text = address;
    options.host = text.substr(0, text.find(':'));
    options.port = std::stoi(text.substr(text.find(':') + 1));
    options.password = password;
  }
  std::unique_ptr<Cache> cache() { return cache(options); }
  static std::unique_ptr<Cache> cache(const RedisOptions& with) { return redis_cache(with, Clock::system()); }

  static void control(const std::string& command) {
    const std::string answer = support::ask_keeper("KINESIGHT_CONTRACT_REDIS_CONTROL", command);
    ASSERT_TRUE(answer.starts_with("done\n")) << command << ": " << answer;
  }
  /// Asks until `done()` says so, or fails.
  template <class Done>
  static void await(Done done) {
    const auto deadline = Clock::system().steady() + kPatience;
    while (!done()) {
      ASSERT_LT(Clock::system().steady(), deadline) << "not within half a minute";
      Clock::system().wait_for(milliseconds(20), {});
    }
  }
};

TEST_F(RedisContract, KeepsTextsOfAnyBytes) {
  const auto redis = cache();
  const std::string value("a\0b\r\n\xff ", 7);
  ASSERT_TRUE(redis->set(prefix + "text", value, kLong));
  const auto got = redis->get(prefix + "text");
  ASSERT_TRUE(got) << got.error().message;
  EXPECT_EQ(got->value(), value);
  EXPECT_EQ(redis->get(prefix + "nothing").value(), std::nullopt);
}

TEST_F(RedisContract, ForgetsInTime) {
  const auto redis = cache();
  ASSERT_TRUE(redis->set(prefix + "short", "x", milliseconds(20)));
  await([&] { return !redis->get(prefix + "short").value(); });
  EXPECT_TRUE(redis->add(prefix + "short", "y", kLong).value());
}

TEST_F(RedisContract, OneGetsTheLockAndOnlyItGivesItBack) {
  const auto mine = cache(), other = cache();
  EXPECT_TRUE(mine->add(prefix + "lock", "mine", kLong).value());
  EXPECT_FALSE(other->add(prefix + "lock", "other", kLong).value());
  EXPECT_FALSE(other->prolong(prefix + "lock", "other", kLong).value());
  EXPECT_TRUE(mine->prolong(prefix + "lock", "mine", kLong).value());
  EXPECT_FALSE(other->remove(prefix + "lock", "other").value());
  EXPECT_TRUE(mine->remove(prefix + "lock", "mine").value());
  EXPECT_TRUE(other->add(prefix + "lock", "other", kLong).value());
}

TEST_F(RedisContract, ALockEndsWithItsTimeUnlessItIsProlonged) {
  const auto mine = cache(), other = cache();
  ASSERT_TRUE(mine->add(prefix + "brief", "mine", milliseconds(50)).value());
  await([&] { return other->add(prefix + "brief", "other", kLong).value(); });
  EXPECT_FALSE(mine->prolong(prefix + "brief", "mine", kLong).value()) << "it is the other's now";
  ASSERT_TRUE(mine->add(prefix + "kept", "mine", milliseconds(500)).value());
  ASSERT_TRUE(mine->prolong(prefix + "kept", "mine", kLong).value());
  Clock::system().wait_for(milliseconds(700), {});  // Time that passes; nothing is awaited.
  EXPECT_FALSE(other->add(prefix + "kept", "other", kLong).value());
}

TEST_F(RedisContract, CountsEachOnceAcrossThreads) {
  const auto redis = cache(), other = cache();
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 4; ++i) {
      threads.emplace_back([&, i] {
        for (int k = 0; k < 100; ++k) EXPECT_TRUE((i % 2 == 0 ? redis : other)->increment(prefix + "count"));
      });
    }
  }
  EXPECT_EQ(redis->increment(prefix + "count").value(), 401);
}

TEST_F(RedisContract, SaysWhatIsWrongWithAValue) {
  const auto redis = cache();
  ASSERT_TRUE(redis->set(prefix + "text", "no number", kLong));
  EXPECT_EQ(redis->increment(prefix + "text").error().kind, ErrorKind::invalid);

  control("cli rpush " + prefix + "list a b");
  const auto list = redis->get(prefix + "list");
  ASSERT_FALSE(list);
  EXPECT_EQ(list.error().kind, ErrorKind::invalid);
  EXPECT_THAT(list.error().message, HasSubstr("WRONGTYPE"));
  EXPECT_FALSE(redis->increment(prefix + "list"));
  EXPECT_TRUE(redis->set(prefix + "list", "a text from now on", kLong));
  EXPECT_EQ(redis->get(prefix + "list").value(), "a text from now on")
      << "the connection is as good as before";
}

TEST_F(RedisContract, NeedsTheRightPasswordAndNeverShowsAWrongOne) {
  auto wrong = options;
  wrong.password = "not-the-password";
  const auto denied = cache(wrong)->get("a");
  ASSERT_FALSE(denied);
  EXPECT_EQ(denied.error().kind, ErrorKind::denied);
  EXPECT_THAT(denied.error().message, Not(HasSubstr("not-the-password")));

  auto without = options;
  without.password.clear();
  const auto refused = cache(without)->get("a");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::denied);

  EXPECT_TRUE(cache()->get("a"));
}

TEST_F(RedisContract, EachDatabaseIsItsOwn) {
  auto other = options;
  other.database = 3;
  ASSERT_TRUE(cache(other)->set(prefix + "there", "x", kLong));
  EXPECT_EQ(cache()->get(prefix + "there").value(), std::nullopt);
  other.database = 999;
  const auto none = cache(other)->get(prefix + "there");
  ASSERT_FALSE(none);
  EXPECT_THAT(none.error().message, HasSubstr("SELECT"));
}

TEST_F(RedisContract, SaysWhereNobodyListens) {
  auto nowhere = options;
  nowhere.port = 9;  // The discard port: nobody listens.
  const auto away = cache(nowhere)->get("a");
  ASSERT_FALSE(away);
  EXPECT_EQ(away.error().kind, ErrorKind::unavailable);
  EXPECT_THAT(away.error().message, HasSubstr("127.0.0.1:9"));
}

TEST_F(RedisContract, AServerThatIsKilledIsMissedAndFoundAgain) {
  const auto redis = cache();
  ASSERT_TRUE(redis->set(prefix + "before", "x", kLong));
  control("kill");
  for (int i = 0; i < 3; ++i) {
    const auto away = redis->get(prefix + "before");
    ASSERT_FALSE(away);
    EXPECT_EQ(away.error().kind, ErrorKind::unavailable) << away.error().message;
  }
  control("start");
  await([&] { return redis->set(prefix + "after", "y", kLong).has_value(); });
  EXPECT_EQ(redis->get(prefix + "after").value(), "y");
  EXPECT_EQ(redis->get(prefix + "before").value(), std::nullopt) << "the new server knows nothing";
}

TEST_F(RedisContract, AServerThatHangsHoldsNobodyUpAndItsLateAnswersAreNobodys) {
  const auto redis = cache();
  ASSERT_TRUE(redis->set(prefix + "one", "1", kLong));
  ASSERT_TRUE(redis->set(prefix + "two", "2", kLong));
  control("freeze");
  const auto begun = Clock::system().steady();
  for (int i = 0; i < 20; ++i) {
    const auto silent = redis->get(prefix + "one");
    EXPECT_FALSE(silent);
    if (!silent) {
      EXPECT_EQ(silent.error().kind, ErrorKind::unavailable) << silent.error().message;
    }
  }
  const double seconds = to_seconds(Clock::system().steady() - begun);
  control("thaw");
  EXPECT_LT(seconds, 3) << "for twenty calls";
  await([&] { return redis->get(prefix + "two").has_value(); });
  EXPECT_EQ(redis->get(prefix + "two").value(), "2");
  EXPECT_EQ(redis->get(prefix + "one").value(), "1");
}

}  // namespace
}  // namespace kinesight::clips
