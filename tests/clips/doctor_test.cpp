// The checks of `kinesight clips doctor`, each with what it is there to find; the whole program meets real
// servers in tests/clips/test_doctor.py.
#include <gmock/gmock.h>

#include <fstream>

#include "aws/services/scripted_session.h"
#include "clips/doctor/aws_checks.h"
#include "clips/doctor/broker_checks.h"
#include "clips/doctor/local_checks.h"
#include "clips/doctor/time_limit.h"
#include "clips/support/fake_cache.h"
#include "clips/support/fake_streams.h"
#include "support/temp_folder.h"

namespace kinesight::clips::doctor {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

/// Whether a finding is of that verdict, says that, and says what to do where something is wrong.
testing::AssertionResult is(const Finding& finding, Verdict verdict, const std::string& found) {
  if (finding.verdict == verdict && finding.found.contains(found) &&
      finding.advice.empty() == (verdict == Verdict::ok))
    return testing::AssertionSuccess();
  return testing::AssertionFailure() << finding.check << " " << to_string(finding.verdict) << ": "
                                     << finding.found << " | " << finding.advice;
}

const rabbitmq::BrokerFacts kFacts{.product = "RabbitMQ", .version = "3.10.8", .cluster = "rabbit@host"};

/// Has the queues that the test put there.
struct FakeBrokerView final : BrokerView {
  std::map<std::string, QueueState> queues;

  const rabbitmq::BrokerFacts& facts() const override { return kFacts; }
  Result<QueueState> look_at(const std::string& queue) override {
    const auto found = queues.find(queue);
    if (found == queues.end()) return fail(ErrorKind::not_found, "no queue {}", queue);
    return found->second;
  }
};

QueueState with(std::string argument, std::string found) {
  return {.difference = rabbitmq::QueueDifference{std::move(argument), "none", std::move(found)}};
}

TEST(DoctorOfBrokers, LooksAtTheLoginAllQueuesAndTheTimeOut) {
  ClipsFile file;
  auto view = std::make_unique<FakeBrokerView>();
  view->queues = {{file.queues.tasks, {.messages = 3, .consumers = 1, .difference = {}}},
                  {file.queues.dead_letters, {.difference = {}}},
                  {file.queues.next, with("x-max-priority", "'10'")}};
  const auto findings = check_broker(file, std::move(view));
  ASSERT_EQ(findings.size(), 5u);
  for (const auto& finding : findings) EXPECT_EQ(finding.verdict, Verdict::ok) << finding.found;
  EXPECT_THAT(findings[0].found, HasSubstr("RabbitMQ 3.10.8"));
  EXPECT_THAT(findings[1].found, HasSubstr("3 messages, 1 consumer"));
  EXPECT_THAT(findings[3].found, HasSubstr("x-max-priority = '10'"));
}

TEST(DoctorOfBrokers, ABrokerThatIsAwayIsOneFailure) {
  const auto findings = check_broker(ClipsFile(), fail(ErrorKind::unavailable, "nobody listens there"));
  ASSERT_EQ(findings.size(), 1u);
  EXPECT_TRUE(is(findings[0], Verdict::failed, "nobody listens"));
}

TEST(DoctorOfBrokers, AMissingQueueMattersWhereNobodyMayMakeIt) {
  const Result<QueueState> missing = fail(ErrorKind::not_found, "gone");
  EXPECT_TRUE(is(check_queue("Q", missing, false), Verdict::failed, "rabbitmq.declare is false"));
  EXPECT_TRUE(is(check_queue("Q", missing, true), Verdict::ok, "creates it"));
  EXPECT_TRUE(
      is(check_queue("Q", fail(ErrorKind::denied, "ACCESS_REFUSED"), true), Verdict::failed, "REFUSED"));
}

TEST(DoctorOfBrokers, AQueueThatLosesMessagesIsWarnedOf) {
  EXPECT_TRUE(is(check_queue("Q", with("x-max-length", "'5'"), true), Verdict::warning, "may lose messages"));
  EXPECT_TRUE(is(check_queue("Q", with("durable", "'false'"), true), Verdict::warning, "may lose messages"));
  EXPECT_TRUE(is(check_queue("Q", with("x-queue-type", "'quorum'"), true), Verdict::ok, "used as it is"));
  QueueState hidden;
  hidden.compared = false;
  EXPECT_TRUE(is(check_queue("Q", hidden, true), Verdict::ok, "may not declare it"));
}

TEST(DoctorOfBrokers, ATaskMustEndBeforeTheBrokerTakesItBack) {
  ClipsFile file;
  EXPECT_TRUE(is(check_patience(file, "3.10.8"), Verdict::ok, "waits 1800 s")) << "as it comes";
  // 120 s of tries, 343.6 s of bytes, 120 s of joining, 30 s for the confirm, and one such task before it.
  EXPECT_TRUE(is(check_patience(file, "3.10.8"), Verdict::ok, "may be held for 1227 s: 2 tasks"));
  file.retry.budget_seconds = 900;
  EXPECT_TRUE(is(check_patience(file, "3.10.8"), Verdict::warning, "a second time"));
  EXPECT_TRUE(is(check_patience(file, "3.8.14"), Verdict::ok, "without end"));
  file.rabbitmq.prefetch = file.service.workers;
  EXPECT_TRUE(is(check_patience(file, "3.10.8"), Verdict::ok, "1 task "));
}

TEST(DoctorOfSandboxes, SaysWhatAKernelLacks) {
  EXPECT_TRUE(
      is(check_sandbox(fail(ErrorKind::unavailable, "no seccomp here")), Verdict::failed, "no seccomp"));
}

struct DoctorOfDisks : testing::Test {
  support::TempFolder folder;
  ServiceOptions service;
  ClipOptions clip;

  DoctorOfDisks() {
    service.state_directory = (folder.path() / "a" / "state").string();
    clip.max_bytes = 1024 * 1024;
  }
};

TEST_F(DoctorOfDisks, AFolderThatCanBeMadeIsNotMade) {
  const auto findings = check_state_directory(service, clip);
  ASSERT_EQ(findings.size(), 2u);
  EXPECT_TRUE(is(findings[0], Verdict::ok, "will be made in " + folder.path().string()));
  EXPECT_TRUE(is(findings[1], Verdict::ok, "GB free"));
  EXPECT_TRUE(std::filesystem::is_empty(folder.path())) << "nothing is left behind";
}

TEST_F(DoctorOfDisks, AFolderThatIsNoneIsAFailure) {
  std::ofstream(folder.path() / "a") << "a file";
  const auto findings = check_state_directory(service, clip);
  ASSERT_EQ(findings.size(), 1u);
  EXPECT_TRUE(is(findings[0], Verdict::failed, "Not a directory"));
}

TEST_F(DoctorOfDisks, RoomForAllClipsInWorkIsMissed) {
  clip.max_bytes = 1'000'000'000'000;
  service.workers = 256;
  const auto findings = check_state_directory(service, clip);
  ASSERT_EQ(findings.size(), 2u);
  EXPECT_TRUE(is(findings[1], Verdict::warning, "256 workers with clips of clip.max_bytes take 512000.0 GB"));
}

struct DoctorOfRedis : testing::Test {
  support::FakeClock clock;
  FakeCache cache{clock};
  ClipsFile file;

  DoctorOfRedis() { file.redis.host = "cache"; }
};

TEST_F(DoctorOfRedis, SaysWhatItMeansThatThereIsNone) {
  EXPECT_TRUE(is(check_redis(file, nullptr, clock), Verdict::ok, "one replica alone may schedule"));
  file.scheduler.enabled = true;
  EXPECT_TRUE(is(check_redis(file, nullptr, clock), Verdict::warning, "one replica alone may schedule"));
}

TEST_F(DoctorOfRedis, AnswersAreTimedAndNothingStays) {
  EXPECT_TRUE(is(check_redis(file, &cache, clock), Verdict::ok, "cache:6379 answers within 0.0 ms"));
}

TEST_F(DoctorOfRedis, OneThatIsAwayStopsTheSchedulerOnly) {
  cache.fail_with(Error{ErrorKind::denied, "WRONGPASS"});
  EXPECT_TRUE(is(check_redis(file, &cache, clock), Verdict::warning, "WRONGPASS"));
  file.scheduler.enabled = true;
  EXPECT_TRUE(is(check_redis(file, &cache, clock), Verdict::failed, "WRONGPASS"));
}

struct DoctorOfAws : aws::ServiceTest {
  /// With an answer of that time of day; ours is 22:13:20.
  Finding clock_against(const std::string& time) {
    transport_->answer(403, "", {{"Date", "Tue, 14 Nov 2023 " + time + " GMT"}});
    return check_clock(session_, "https://kinesisvideo.us-east-1.amazonaws.com", {});
  }
};

TEST_F(DoctorOfAws, TheClockIsComparedWithTheDateOfAnAnswer) {
  EXPECT_TRUE(is(clock_against("22:13:00"), Verdict::ok, "20 s ahead of the clock of"));
  EXPECT_TRUE(is(clock_against("22:11:50"), Verdict::warning,
                 "ahead of the clock of https://kinesisvideo.us-east-1"));
  EXPECT_TRUE(is(clock_against("22:14:50"), Verdict::warning, "behind"));
  EXPECT_TRUE(is(clock_against("22:18:21"), Verdict::failed, "AWS refuses"));
}

TEST_F(DoctorOfAws, AnEndpointThatTellsNoTimeOrNothingAtAll) {
  transport_->answer(404);
  EXPECT_TRUE(is(check_clock(session_, "http://h:1", {}), Verdict::ok, "http://h:1 tells no time"));
  transport_->fail(ErrorKind::unavailable, false);
  EXPECT_TRUE(is(check_clock(session_, "http://h:1", {}), Verdict::failed, "does not answer"));
  transport_->fail(ErrorKind::cancelled, false);
  EXPECT_TRUE(is(check_clock(session_, "http://h:1", {}), Verdict::failed, "no answer in time"));
}

constexpr std::string_view kIdentity =
    "<GetCallerIdentityResponse><GetCallerIdentityResult><Arn>arn:aws:iam::1:role/clips</Arn>"
    "<Account>1</Account></GetCallerIdentityResult></GetCallerIdentityResponse>";

TEST_F(DoctorOfAws, CredentialsHaveAnOwner) {
  transport_->answer(200, std::string(kIdentity));
  EXPECT_TRUE(
      is(check_credentials(session_, "us-east-1", true, {}), Verdict::ok, "arn:aws:iam::1:role/clips"));
  EXPECT_TRUE(is(check_credentials(session_, "us-east-1", false, {}), Verdict::ok, "nobody says whose"));
  EXPECT_EQ(transport_->sent.size(), 1u);
  transport_->answer(403,
                     "<ErrorResponse><Error><Code>InvalidClientTokenId</Code><Message>no</Message></Error>"
                     "</ErrorResponse>");
  const Finding refused = check_credentials(session_, "us-east-1", true, {});
  EXPECT_TRUE(is(refused, Verdict::failed, "InvalidClientTokenId"));
  EXPECT_THAT(refused.found, Not(HasSubstr("wJalrXUtnFEMI")));
}

struct DoctorOfStreams : testing::Test {
  support::FakeClock clock;
  FakeStreams streams;

  static aws::VideoStream stream(const std::string& name, const std::string& status, int hours) {
    return {.name = name, .arn = "arn:" + name, .status = status, .retention_hours = hours};
  }
  Findings found(std::vector<aws::VideoStream> all) {
    streams.on_list = [all] { return all; };
    return check_streams(streams, clock, {});
  }
};

TEST_F(DoctorOfStreams, ActiveOnesAreCountedAndOneIsAsked) {
  std::string asked;
  streams.on_fragments = [&](const std::string& name) -> Result<std::vector<aws::ListedFragment>> {
    asked = name;
    return std::vector<aws::ListedFragment>(7);
  };
  const auto findings =
      found({stream("away", "DELETING", 24), stream("none", "ACTIVE", 0), stream("front", "ACTIVE", 24)});
  ASSERT_EQ(findings.size(), 2u);
  EXPECT_TRUE(is(findings[0], Verdict::warning, "3 streams, 2 ACTIVE; 1 of them keep nothing"));
  EXPECT_THAT(findings[0].found, HasSubstr("'none'"));
  EXPECT_TRUE(is(findings[1], Verdict::ok, "7 fragments"));
  EXPECT_EQ(asked, "arn:front");
  EXPECT_EQ(findings[1].check, "stream front");
}

TEST_F(DoctorOfStreams, WhatIsDeniedOrSilentIsSaid) {
  streams.on_fragments = [](const std::string&) -> Result<std::vector<aws::ListedFragment>> {
    return fail(ErrorKind::denied, "NotAuthorizedException");
  };
  EXPECT_TRUE(is(found({stream("front", "ACTIVE", 24)}).at(1), Verdict::failed, "NotAuthorized"));
  streams.on_fragments = [](const std::string&) -> Result<std::vector<aws::ListedFragment>> {
    return fail(ErrorKind::not_found, "no fragments");
  };
  EXPECT_TRUE(is(found({stream("front", "ACTIVE", 24)}).at(1), Verdict::warning, "no video"));
  EXPECT_TRUE(is(found({stream("old", "DELETING", 24)}).at(0), Verdict::warning, "0 ACTIVE"));
  streams.on_list = nullptr;
  EXPECT_TRUE(is(check_streams(streams, clock, {}).at(0), Verdict::failed, "no such thing here"));
}

TEST(DoctorsTime, IsLimited) {
  std::optional<std::stop_token> seen;
  const int result = within(Clock::system(), std::chrono::milliseconds(1), [&](std::stop_token stop) {
    seen = stop;
    Clock::system().wait_for(std::chrono::seconds(60), stop);
    return stop.stop_requested() ? 7 : 0;
  });
  EXPECT_EQ(result, 7);
  std::stop_token early;
  within(Clock::system(), std::chrono::hours(1), [&](std::stop_token stop) { early = stop; });
  EXPECT_FALSE(early.stop_requested()) << "and its watch ends with it";
}

}  // namespace
}  // namespace kinesight::clips::doctor
