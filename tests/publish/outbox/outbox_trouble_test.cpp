// The outbox in trouble: full, damaged, in use by another process.
#include <sys/resource.h>
#include <unistd.h>

#include <csignal>

#include "publish/outbox/open_outbox.h"

namespace kinesight::publish {
namespace {

using testing::HasSubstr;
using testing::SizeIs;

TEST_F(OutboxTest, ASecondProcessIsToldWhoHasIt) {
  open();
  const auto second = try_open({"kds"});
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().kind, ErrorKind::unavailable);
  EXPECT_THAT(second.error().message, HasSubstr("in use by process " + std::to_string(::getpid())));
}

TEST_F(OutboxTest, AFullLogDropsTheOldestForEachSinkThatHasNotGotIt) {
  options_.max_bytes = 1024 * 1024;
  open({"kds", "ddb"});
  const auto kds = spool("kds");
  for (int i = 0; i < 150; ++i) append(make_entries(10 * i, 10, 1000));
  const auto half = read(*kds, 700);
  EXPECT_GT(half.front().sequence, 1u) << "what was dropped before it was read is not handed out";
  deliver(*kds, half);
  for (int i = 150; i < 300; ++i) append(make_entries(10 * i, 10, 1000));
  const auto fast = account("kds");
  const auto slow = account("ddb");
  EXPECT_EQ(fast.accepted, 3000u);
  EXPECT_EQ(slow.accepted, 3000u);
  EXPECT_EQ(fast.delivered, 700u);
  EXPECT_GT(slow.dropped, fast.dropped);
  const auto rest = read(*spool("ddb"), 10'000);
  EXPECT_EQ(rest.size(), slow.waiting);
  EXPECT_EQ(rest.back().name, "2999");
  EXPECT_EQ(telemetry_.metrics.value(telemetry::kOutboxDropped, {"ddb"}), static_cast<double>(slow.dropped));
  open({"kds", "ddb"});
  EXPECT_EQ(account("ddb").dropped, slow.dropped) << "it is kept";
  EXPECT_EQ(account("kds").dropped, fast.dropped);
}

TEST_F(OutboxTest, AFullLogThatMayNotDropWaitsForTheSlowestSink) {
  options_.max_bytes = 1024 * 1024;
  options_.when_full = config::OutboxFull::block;
  open({"kds", "ddb"});
  std::atomic<int> appended = 0;
  std::stop_source stop;
  std::jthread appender([&] {
    while (outbox_->append(Stream::events, make_entries(appended, 1, 10'000), stop.get_token())) ++appended;
  });
  const auto kds = spool("kds");
  const auto ddb = spool("ddb");
  std::size_t got = 0;
  while (got < 300) {  // Three times as much as fits.
    kds->wait(1, clock_.steady() + kPatience, {});
    deliver(*kds, read(*kds));
    const auto entries = read(*ddb, 7);
    deliver(*ddb, entries);
    got += entries.size();
  }
  stop.request_stop();
  appender.join();
  EXPECT_EQ(account("ddb").dropped, 0u);
  EXPECT_EQ(account("ddb").accepted, static_cast<std::uint64_t>(appended));
  EXPECT_LE(account("ddb").waiting_bytes, 1024u * 1024);
}

TEST_F(OutboxTest, FilesThatEverySinkIsDoneWithAreDeleted) {
  options_.max_bytes = 1024 * 1024;
  open({"kds", "ddb"});
  const auto kds = spool("kds");
  const auto ddb = spool("ddb");
  for (int i = 0; i < 50; ++i) append(make_entries(10 * i, 10, 1000));
  EXPECT_THAT(segments(), SizeIs(testing::Gt(4)));
  deliver(*kds, read(*kds));
  EXPECT_THAT(segments(), SizeIs(testing::Gt(4)));
  deliver(*ddb, read(*ddb));
  EXPECT_THAT(segments(), SizeIs(1));
  open({"kds", "ddb"});
  append(make_entries(500, 1));
  EXPECT_EQ(names_of(read(*spool("kds"))), numbers(500, 1));
}

TEST_F(OutboxTest, DamagedEntriesAreCountedLoggedAndSkipped) {
  open({"kds"});
  append(make_entries(1, 5));
  outbox_.reset();
  auto bytes = outbox::read_file(segments().front()).value();
  bytes[bytes.find("2:")] = '?';
  bytes[bytes.find("3:")] = '?';
  std::ofstream(segments().front(), std::ios::binary) << bytes;
  open({"kds"});
  const auto kds = spool();
  EXPECT_EQ(names_of(read(*kds)), (std::vector<std::string>{"1", "4", "5"}));
  EXPECT_EQ(kds->dropped(), 2u);
  EXPECT_EQ(account().dropped, 2u);
  EXPECT_EQ(account().waiting, 3u);
}

TEST_F(OutboxTest, ASinkWhoseCursorIsDamagedGetsWhatIsLeftAgain) {
  open({"kds"});
  append(make_entries(1, 5));
  {
    const auto kds = spool();
    deliver(*kds, read(*kds, 3));
  }
  outbox_.reset();
  std::ofstream(folder_.path() / "outbox" / "events.kds.cursor", std::ios::trunc) << "gone";
  EXPECT_EQ(view_outbox(folder_.path()).error().kind, ErrorKind::corrupt);
  open({"kds"});
  const auto kds = spool();
  EXPECT_EQ(names_of(read(*kds)), numbers(1, 5));
  EXPECT_TRUE(kds->maybe_sent(1)) << "it may be in the sink";
  EXPECT_TRUE(kds->maybe_sent(5));
  append(make_entries(6, 1));
  EXPECT_EQ(names_of(read(*kds)), numbers(6, 1));
  EXPECT_FALSE(kds->maybe_sent(6));
}

TEST_F(OutboxTest, ALogWhoseNewestFileIsLostDoesNotConfuseTheSinks) {
  open({"kds", "ddb"});
  append(make_entries(1, 5));
  {
    const auto kds = spool("kds");
    deliver(*kds, read(*kds));
  }
  outbox_.reset();
  std::filesystem::remove(segments().front());
  open({"kds", "ddb"});
  append(make_entries(6, 2));
  EXPECT_EQ(names_of(read(*spool("kds"))), numbers(6, 2)) << "not taken for what it had before";
  EXPECT_EQ(names_of(read(*spool("ddb"))), numbers(6, 2));
  EXPECT_EQ(account("kds").delivered, 5u);
  EXPECT_EQ(account("ddb").dropped, 5u);
}

TEST_F(OutboxTest, ServesOnWhenNothingCanBeWrittenAnyMore) {
  open();
  append(make_entries(1, 300, 1000));  // More than the cursor's file has.
  rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &before), 0);
  const auto ignored = std::signal(SIGXFSZ, SIG_IGN);
  const rlimit tight{.rlim_cur = std::filesystem::file_size(segments().front()) + 500,
                     .rlim_max = before.rlim_max};
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &tight), 0);
  const auto failed = outbox_->append(Stream::events, make_entries(301, 1, 1000), {});
  const auto small = outbox_->append(Stream::events, make_entries(301, 1, 100), {});
  const auto kds = spool();
  deliver(*kds, read(*kds, 5));  // The cursor's room was set aside when it was made.
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &before), 0);
  (void)std::signal(SIGXFSZ, ignored);
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().kind, ErrorKind::unavailable);
  EXPECT_TRUE(small) << small.error().message;
  append(make_entries(302, 1, 1000));
  EXPECT_EQ(names_of(read(*kds)), numbers(6, 297));
}

}  // namespace
}  // namespace kinesight::publish
