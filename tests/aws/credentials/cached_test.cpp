// When credentials are renewed, by whom, and what happens when that fails.
#include "aws/credentials/cached.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <condition_variable>
#include <optional>
#include <stdexcept>
#include <thread>

#include "support/fake_clock.h"

namespace kinesight::aws {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;

/// Hands out numbered credentials of `life` seconds.
class Source final : public CredentialsProvider {
 public:
  explicit Source(Clock& clock) : clock_(clock) {}

  std::string_view name() const override { return "source"; }
  Result<Credentials> get(std::stop_token stop) override {
    ++calls;
    const int together = ++inside_;
    std::unique_lock lock(mutex_);
    most_together = std::max(most_together, together);
    const bool opened = open_.wait(lock, stop, [this] { return !closed_; });
    --inside_;
    if (!opened) return fail(ErrorKind::cancelled, "stopped");
    if (throws) throw std::runtime_error("out of order");
    if (failure) return std::unexpected(*failure);
    Credentials credentials;
    credentials.access_key_id = std::to_string(repeats ? 1 : ++number_);
    if (life) credentials.expires_at = clock_.wall_seconds() + *life;
    credentials.source = "source";
    return credentials;
  }
  void refused(const Credentials&) override { ++refusals; }

  /// From now on get() waits until open().
  void close() {
    std::lock_guard lock(mutex_);
    closed_ = true;
  }
  void open() {
    {
      std::lock_guard lock(mutex_);
      closed_ = false;
    }
    open_.notify_all();
  }
  void await_caller() const {
    while (inside_.load() == 0) std::this_thread::yield();
  }

  std::optional<double> life = 3600;
  std::optional<Error> failure;
  bool repeats = false;
  bool throws = false;
  std::atomic<int> calls = 0;
  int most_together = 0;
  std::atomic<int> refusals = 0;

 private:
  Clock& clock_;
  std::atomic<int> inside_ = 0;
  std::mutex mutex_;
  std::condition_variable_any open_;
  bool closed_ = false;
  int number_ = 0;
};

class CachedTest : public testing::Test {
 protected:
  std::string id() {
    const auto credentials = cached_.get({});
    return credentials ? credentials->access_key_id : "error: " + credentials.error().message;
  }

  support::FakeClock clock_;
  std::shared_ptr<Source> source_ = std::make_shared<Source>(clock_);
  std::vector<std::string> notes_;
  CachedCredentials cached_{source_, clock_, [this](std::string_view note) { notes_.emplace_back(note); }};
};

TEST_F(CachedTest, KeepsThemUntilAQuarterOfAnHourBeforeTheirEnd) {
  EXPECT_EQ(id(), "1");
  clock_.advance_seconds(44 * 60);
  EXPECT_EQ(id(), "1");
  clock_.advance_seconds(60);
  EXPECT_EQ(id(), "2");
  EXPECT_EQ(source_->calls, 2);
}

TEST_F(CachedTest, RenewsShortLivedOnesAtAQuarterOfTheirLife) {
  source_->life = 60;
  EXPECT_EQ(id(), "1");
  clock_.advance_seconds(44);
  EXPECT_EQ(id(), "1");
  clock_.advance_seconds(1);
  EXPECT_EQ(id(), "2");
}

TEST_F(CachedTest, LastingOnesAreAskedForOnce) {
  source_->life.reset();
  EXPECT_EQ(id(), "1");
  clock_.advance(std::chrono::hours(10'000));
  EXPECT_EQ(id(), "1");
}

TEST_F(CachedTest, OldOnesStayInUseWhileRenewingFails) {
  EXPECT_EQ(id(), "1");
  clock_.advance_seconds(46 * 60);
  source_->failure = {ErrorKind::unavailable, "away"};
  EXPECT_EQ(id(), "1");
  EXPECT_EQ(id(), "1");
  EXPECT_EQ(source_->calls, 2) << "it is left alone for a moment";
  EXPECT_THAT(notes_,
              ElementsAre(AllOf(HasSubstr("could not be renewed"), HasSubstr("840 s"), HasSubstr("away"))));
  clock_.advance_seconds(14 * 60);
  EXPECT_THAT(id(), HasSubstr("error: away"));
  EXPECT_THAT(notes_.back(), HasSubstr("there are no AWS credentials: away"));
  source_->failure.reset();
  clock_.advance_seconds(60);
  EXPECT_EQ(id(), "2");
  EXPECT_THAT(notes_.back(), HasSubstr("again"));
}

TEST_F(CachedTest, AFailureIsNotAskedForAgainAtOnce) {
  source_->failure = {ErrorKind::not_found, "nowhere"};
  for (int i = 0; i < 100; ++i) EXPECT_THAT(id(), HasSubstr("nowhere"));
  EXPECT_EQ(source_->calls, 1);
  source_->failure.reset();
  clock_.advance_seconds(2);
  EXPECT_EQ(id(), "1");
}

TEST_F(CachedTest, RefusedOnesAreRenewedAtOnce) {
  const auto old = cached_.get({});
  cached_.refused(*old);
  EXPECT_EQ(id(), "2");
  EXPECT_EQ(source_->refusals, 1);
  cached_.refused(*old);  // By a slower thread, of the credentials before.
  EXPECT_EQ(id(), "2");
  EXPECT_EQ(source_->calls, 2);
}

TEST_F(CachedTest, RefusedOnesThatComeBackAreNotRenewedEachTime) {
  source_->repeats = true;
  for (int i = 0; i < 10; ++i) cached_.refused(*cached_.get({}));
  EXPECT_EQ(id(), "1");
  EXPECT_EQ(source_->calls, 2);
  clock_.advance_seconds(31);
  cached_.refused(*cached_.get({}));
  EXPECT_EQ(id(), "1");
  EXPECT_EQ(source_->calls, 3);
}

TEST_F(CachedTest, RefusedOnesAreNotHandedOutWhenThereAreNoOthers) {
  const auto old = cached_.get({});
  source_->failure = {ErrorKind::unavailable, "away"};
  cached_.refused(*old);
  EXPECT_THAT(id(), HasSubstr("error: away"));
}

TEST_F(CachedTest, OnesThatHadExpiredWhenTheyCameAreAnError) {
  source_->life = -5;
  EXPECT_THAT(id(), AllOf(HasSubstr("had expired when they came"), HasSubstr("clock")));
}

TEST_F(CachedTest, AnExceptionOfTheSourceIsAnError) {
  source_->throws = true;
  EXPECT_THAT(id(), HasSubstr("error: source: unexpected trouble"));
  source_->throws = false;
  clock_.advance_seconds(2);
  EXPECT_EQ(id(), "1");
}

TEST_F(CachedTest, OneRenewsWhileTheOthersUseTheOldOnes) {
  EXPECT_EQ(id(), "1");
  clock_.advance_seconds(46 * 60);
  source_->close();
  std::string renewed;
  std::thread first([&] { renewed = id(); });
  source_->await_caller();
  EXPECT_EQ(id(), "1");
  source_->open();
  first.join();
  EXPECT_EQ(renewed, "2");
  EXPECT_EQ(source_->calls, 2);
}

TEST_F(CachedTest, NearTheEndAllWaitForOneRenewal) {
  EXPECT_EQ(id(), "1");
  clock_.advance_seconds(51 * 60);
  source_->close();
  std::atomic<int> good = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < 16; ++i) threads.emplace_back([&] { good += id() == "2"; });
  source_->await_caller();
  source_->open();
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(good, 16);
  EXPECT_EQ(source_->calls, 2);
}

TEST_F(CachedTest, AFailureEndsTheWaitOfAll) {
  source_->close();
  source_->failure = {ErrorKind::unavailable, "away"};
  std::atomic<int> told = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i) threads.emplace_back([&] { told += id() == "error: away"; });
  source_->await_caller();
  source_->open();
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(told, 8);
  EXPECT_EQ(source_->calls, 1);
}

TEST_F(CachedTest, WhoeverWaitsCanBeStoppedAndTheOthersGoOn) {
  source_->close();
  std::stop_source stop;
  std::optional<Error> stopped;
  std::thread first([&] { stopped = cached_.get(stop.get_token()).error(); });
  source_->await_caller();
  std::string other;
  std::thread second([&] { other = id(); });
  stop.request_stop();
  first.join();
  source_->open();
  second.join();
  EXPECT_EQ(stopped->kind, ErrorKind::cancelled);
  EXPECT_EQ(other, "1");
  EXPECT_TRUE(notes_.empty());
}

TEST_F(CachedTest, ManyThreadsNeverRenewTogether) {
  std::atomic<int> bad = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&] {
      while (source_->calls < 500) {
        const auto credentials = cached_.get({});
        if (credentials) {
          cached_.refused(*credentials);
        } else {
          ++bad;
        }
      }
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(bad, 0);
  EXPECT_EQ(source_->most_together, 1);
}

}  // namespace
}  // namespace kinesight::aws
