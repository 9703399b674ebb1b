// Disks that are full, folders that cannot be written, databases that are none: the service stays up and says
// so.
#include <signal.h>
#include <sys/resource.h>

#include "publish/local_fixture.h"
#include "storage/database.h"

namespace kinesight::publish {
namespace {

using telemetry::HealthState;
using testing::HasSubstr;

/// While it lives, no file of this process grows beyond `bytes`: a full disk without a disk.
class FileSizeLimit {
 public:
  explicit FileSizeLimit(rlim_t bytes) : handler_(signal(SIGXFSZ, SIG_IGN)) {
    getrlimit(RLIMIT_FSIZE, &before_);
    const rlimit limit{bytes, before_.rlim_max};
    setrlimit(RLIMIT_FSIZE, &limit);
  }
  ~FileSizeLimit() {
    setrlimit(RLIMIT_FSIZE, &before_);
    signal(SIGXFSZ, handler_);
  }

 private:
  rlimit before_{};
  sighandler_t handler_;
};

class TroubleTest : public LocalTest {
 protected:
  double failures() { return telemetry_.metrics.value(telemetry::kPublisherFailures, {"local"}); }
  std::string reason() {
    return telemetry_.health.reasons().empty() ? "" : telemetry_.health.reasons().front();
  }
};

TEST_F(TroubleTest, AFolderThatCannotBeMadeIsTriedAgainUntilItCan) {
  std::ofstream(directory_) << "a file where the folder should be";
  start();
  publish(sample(kNowMs, {"person", "car"}));
  flush();
  EXPECT_EQ(total("failed"), 2u);
  EXPECT_EQ(failures(), 2);
  EXPECT_EQ(telemetry_.health.state(), HealthState::degraded);
  EXPECT_THAT(reason(), HasSubstr(directory_.string()));

  std::filesystem::remove(directory_);
  publish(sample(kNowMs + 1000));
  flush();
  EXPECT_EQ(stored().size(), 1u);
  EXPECT_EQ(failures(), 2);
  EXPECT_EQ(telemetry_.health.state(), HealthState::ok);
}

TEST_F(TroubleTest, ADatabaseThatIsNoneIsNamedAndLeftAlone) {
  std::filesystem::create_directories(directory_);
  const std::string garbage(8192, 'x');
  std::ofstream(directory_ / "events.db") << garbage;
  start();
  publish(sample(kNowMs));
  flush();
  EXPECT_EQ(total("failed"), 1u);
  EXPECT_THAT(reason(), testing::AllOf(HasSubstr("events.db"), HasSubstr("move the file away")));
  EXPECT_EQ(file_text(directory_ / "events.db"), garbage);

  std::filesystem::rename(directory_ / "events.db", directory_ / "broken.db");
  publish(sample(kNowMs + 1000));
  flush();
  EXPECT_EQ(stored().size(), 1u);
  EXPECT_EQ(telemetry_.health.state(), HealthState::ok);
}

TEST_F(TroubleTest, AFullDiskCostsItsTimeAndNoMore) {
  start();
  publish(sample(kNowMs));
  flush();
  {
    const FileSizeLimit full(512);  // Smaller than a page of the database, and than a picture.
    publish(sample(kNowMs + 1000));
    flush();
    EXPECT_EQ(total("written"), 1u);
    EXPECT_GE(total("failed"), 1u);
    EXPECT_GE(failures(), 1);
    EXPECT_EQ(telemetry_.health.state(), HealthState::degraded);
  }
  publish(sample(kNowMs + 2000));
  flush();
  EXPECT_EQ(stored().size(), 2u);
  EXPECT_EQ(telemetry_.health.state(), HealthState::ok);
  EXPECT_TRUE(files_in(directory_, ".tmp").empty());
}

TEST_F(TroubleTest, AnEventWhosePictureCannotBeWrittenIsKeptWithout) {
  std::filesystem::create_directories(directory_);
  std::ofstream(directory_ / "snapshots") << "a file where the folder should be";
  start();
  publish(sample(kNowMs));
  flush();
  const auto events = stored();
  ASSERT_EQ(events.size(), 1u);
  EXPECT_FALSE(events[0].payload.extras.contains("snapshot"))
      << "a row never names a picture that is not there";
  EXPECT_EQ(total("failed"), 1u);
  EXPECT_EQ(telemetry_.health.state(), HealthState::degraded);
}

TEST_F(TroubleTest, AFrameWithoutPixelsCostsThePictureAlone) {
  start();
  const auto publication = sample(kNowMs);
  publication->frame.view = {};
  publish(publication);
  flush();
  EXPECT_EQ(total("written"), 1u);
  EXPECT_EQ(total("failed"), 1u);
}

TEST_F(TroubleTest, ANewerDatabaseIsNotTouched) {
  start();
  publish(sample(kNowMs));
  flush();
  publisher_.reset();
  ASSERT_TRUE(storage::Database::open(directory_ / "events.db", storage::Database::Mode::read_write)
                  ->execute("PRAGMA user_version = 99"));
  start();
  publish(sample(kNowMs + 1000));
  flush();
  EXPECT_EQ(total("failed"), 1u);
  EXPECT_THAT(reason(), HasSubstr("newer program"));
  EXPECT_THAT(EventStore(directory_).events({}).error().message, HasSubstr("found 99"));
}

TEST_F(TroubleTest, RetentionThatWorksAgainIsReported) {
  std::ofstream(directory_) << "a file where the folder should be";
  start();
  flush();
  while (telemetry_.health.state() == HealthState::ok) std::this_thread::yield();  // The start's own try.
  std::filesystem::remove(directory_);
  clock_.advance_seconds(61);
  publish(sample(kNowMs + 61'000));
  publisher_.reset();
  EXPECT_EQ(telemetry_.health.state(), HealthState::ok);
}

}  // namespace
}  // namespace kinesight::publish
