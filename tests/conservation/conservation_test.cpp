// Nothing is lost and nothing is sent twice without being counted: over 100 seeded runs, each with faults of
// its own choosing, each killed (kill -9) several times at random instants.
//
//   accepted = delivered + still in the outbox + dead letters
//   second deliveries <= those that the outbox counted as of unknown fate
//
// KINESIGHT_TEST_SEED=N runs one seed in place of the hundred.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <map>
#include <set>

#include "aws/services/dynamodb.h"
#include "conservation/fake_credentials.h"
#include "conservation/production.h"
#include "conservation/victim_process.h"
#include "event/snapshot_key.h"
#include "net/curl_transport.h"
#include "publish/kds/aggregation.h"
#include "publish/outbox/view.h"
#include "support/fake_aws/fake_aws.h"
#include "support/temp_folder.h"

namespace kinesight::conservation {
namespace {

using std::chrono::milliseconds;
using support::Fault;
using support::FaultKind;

/// Every way to fail that there is, with probabilities that differ from run to run.
std::vector<Fault> draw_faults(Rng& rng) {
  std::vector<Fault> faults;
  for (const char* service : {"kinesis", "dynamodb", "s3"}) {
    for (const FaultKind kind :
         {FaultKind::throttle, FaultKind::internal_error, FaultKind::unavailable, FaultKind::expired_token,
          FaultKind::access_denied, FaultKind::not_found, FaultKind::reset_unread, FaultKind::reset_before,
          FaultKind::reset_after, FaultKind::cut, FaultKind::garbage, FaultKind::slow}) {
      if (rng.chance(0.5)) {
        faults.push_back({.kind = kind,
                          .service = service,
                          .probability = rng.uniform(0, 0.06),
                          .delay = milliseconds(15)});
      }
    }
  }
  faults.push_back(
      {.kind = FaultKind::wrong_count, .service = "kinesis", .action = "PutRecords", .probability = 0.02});
  faults.push_back({.kind = FaultKind::partial,
                    .service = "kinesis",
                    .action = "PutRecords",
                    .probability = 0.2,
                    .share = rng.uniform(0.1, 0.9)});
  faults.push_back({.kind = FaultKind::partial,
                    .service = "kinesis",
                    .action = "PutRecords",
                    .probability = 0.1,
                    .code = "InternalFailure",
                    .share = rng.uniform(0.1, 0.9)});
  faults.push_back({.kind = FaultKind::throttled_shard,
                    .service = "kinesis",
                    .action = "PutRecords",
                    .probability = 0.1,
                    .shard = "shardId-000000000001"});
  faults.push_back({.kind = FaultKind::unprocessed,
                    .service = "dynamodb",
                    .action = "BatchWriteItem",
                    .probability = 0.2,
                    .share = rng.uniform(0.1, 1)});
  return faults;
}

void add_poison(support::FakeAws& aws) {
  for (const char* service : {"kinesis", "dynamodb"}) {
    aws.faults().add({.kind = FaultKind::poison, .service = service, .marker = kPoison});
  }
}

const nlohmann::json kTableRequest = nlohmann::json::parse(R"({
  "TableName": "events-table",
  "AttributeDefinitions": [{"AttributeName": "event_id", "AttributeType": "S"},
                           {"AttributeName": "ts_ms", "AttributeType": "N"}],
  "KeySchema": [{"AttributeName": "event_id", "KeyType": "HASH"}, {"AttributeName": "ts_ms", "KeyType": "RANGE"}],
  "BillingMode": "PAY_PER_REQUEST"})");

/// The event numbers in each sink, in the order in which they arrived, repeated where they came again.
struct Arrived {
  std::vector<std::int64_t> kds;
  std::vector<std::int64_t> ddb;
  std::vector<std::string> s3;  ///< Keys.
};

std::int64_t number_in(std::string_view envelope) {
  return nlohmann::json::parse(envelope).at("payload").at("extras").at("number").get<std::int64_t>();
}

Arrived arrived(const support::FakeAws& aws) {
  Arrived all;
  const auto events = aws.ledger().snapshot();
  for (const auto& record : events.records) {
    const auto unpacked = publish::deaggregate(record.partition_key, record.data);
    for (const auto& user : unpacked.records) all.kds.push_back(number_in(user.data));
  }
  for (const auto& item : events.items) {
    all.ddb.push_back(std::stoll(item.item.at("extras").at("M").at("number").at("N").get<std::string>()));
  }
  for (const auto& object : events.objects) all.s3.push_back(object.key);
  return all;
}

template <class T>
std::size_t repeats(const std::vector<T>& arrived) {
  return arrived.size() - std::set<T>(arrived.begin(), arrived.end()).size();
}

class Conservation : public testing::TestWithParam<int> {
 protected:
  void SetUp() override {
    const char* given = std::getenv("KINESIGHT_TEST_SEED");
    if (given && GetParam() > 0) GTEST_SKIP() << "KINESIGHT_TEST_SEED runs one seed";
    seed_ = given ? std::strtoull(given, nullptr, 10) : static_cast<std::uint64_t>(GetParam());
    std::cout << "seed: KINESIGHT_TEST_SEED=" << seed_ << "\n";
    aws_.emplace(support::FakeAwsOptions{.seed = seed_});
    aws_->create_stream(kStream, 2);
    aws_->create_bucket(kBucket);
    aws::Session session(
        {.transport = net::make_curl_transport({}), .credentials = std::make_shared<FakeCredentials>()},
        Clock::system());
    const auto dynamodb = aws::DynamoDb::make(session, {.region = "us-east-1", .endpoint_url = aws_->url()});
    ASSERT_TRUE(dynamodb);
    ASSERT_TRUE(dynamodb->create_table(kTableRequest, {}));
  }

  /// Runs a victim on events from first_ on; what it says it accepted is so.
  void live_and_die(Rng& rng) {
    VictimProcess victim(folder_.path(), aws_->url(), seed_, first_, 100'000);
    victim.read(static_cast<std::size_t>(rng.integer(0, 120)),
                std::chrono::microseconds(rng.integer(0, 40'000)));
    victim.kill();
    count(victim);
    first_ += static_cast<std::int64_t>(victim.lines().size()) + 10;  // More than it can have taken unsaid.
  }

  /// A last victim, without faults but poison, that gets everything out.
  void live_to_the_end() {
    aws_->faults().clear();
    add_poison(*aws_);
    VictimProcess victim(folder_.path(), aws_->url(), seed_, first_, 20);
    ASSERT_EQ(victim.wait(std::chrono::seconds(60)), 0) << "the last victim did not drain";
    count(victim);
  }

  void count(const VictimProcess& victim) {
    for (const auto& line : victim.lines()) {
      if (line != "drained") accepted_.insert(std::stoll(line));
    }
  }

  std::map<std::string, publish::SinkAccount> accounts() const {
    std::map<std::string, publish::SinkAccount> accounts;
    const auto viewed = publish::view_outbox(folder_.path());
    EXPECT_TRUE(viewed) << viewed.error().message;
    for (const auto& account : viewed.value_or(std::vector<publish::SinkAccount>{}))
      accounts[account.sink] = account;
    return accounts;
  }

  /// The event ids among the dead letters of `sink`.
  std::set<std::string> dead(const std::string& sink) const {
    std::set<std::string> names;
    auto letters = publish::DeadLetters::open(folder_.path());
    EXPECT_TRUE(letters) << letters.error().message;
    const auto listed = letters->list(sink, 100'000);
    EXPECT_TRUE(listed) << listed.error().message;
    for (const auto& letter : *listed) names.insert(letter.name);
    return names;
  }

  void check_account(const publish::SinkAccount& account, std::size_t distinct, std::size_t twice) const {
    SCOPED_TRACE(account.sink);
    EXPECT_EQ(account.accepted, account.delivered + account.waiting + account.dead + account.dropped);
    EXPECT_EQ(account.waiting, 0u);
    EXPECT_EQ(account.dropped, 0u);
    EXPECT_EQ(account.delivered, distinct) << "what is in the sink is what the outbox says it delivered";
    EXPECT_LE(twice, account.uncertain) << "a second delivery that nobody counted";
  }

  /// Nothing accepted is missing, and nothing came from nowhere.
  void check_events(const std::string& sink, const std::vector<std::int64_t>& numbers) const {
    SCOPED_TRACE(sink);
    const std::set<std::int64_t> there(numbers.begin(), numbers.end());
    const auto buried = dead(sink);
    for (const auto number : accepted_) {
      const auto envelope = event_of(seed_, number);
      const bool poison = envelope.payload.extras["note"] == kPoison;
      EXPECT_EQ(there.contains(number), !poison) << "event " << number;
      EXPECT_EQ(buried.contains(envelope.event_id), poison) << "event " << number;
    }
  }

  /// In strict order the first arrivals of each camera are in the order of production.
  void check_order(const std::vector<std::int64_t>& numbers) const {
    std::set<std::int64_t> seen;
    std::map<std::string, std::int64_t> last;
    for (const auto number : numbers) {
      if (!seen.insert(number).second) continue;
      auto& before = last.try_emplace(event_of(seed_, number).camera_id, -1).first->second;
      EXPECT_LT(before, number) << "an earlier event of the camera arrived later";
      before = number;
    }
  }

  std::uint64_t seed_ = 0;
  support::TempFolder folder_;
  std::optional<support::FakeAws> aws_;
  std::set<std::int64_t> accepted_;
  std::int64_t first_ = 0;
};

TEST_P(Conservation, HoldsThroughKillsAndFaults) {
  Rng rng(seed_);
  for (auto& fault : draw_faults(rng)) aws_->faults().add(std::move(fault));
  add_poison(*aws_);
  for (int lives = rng.integer(2, 4); lives > 0; --lives) live_and_die(rng);
  live_to_the_end();

  const auto all = arrived(*aws_);
  const auto account = accounts();
  ASSERT_EQ(account.size(), 3u);
  check_events("kds", all.kds);
  check_events("ddb", all.ddb);
  check_account(account.at("kds"), std::set(all.kds.begin(), all.kds.end()).size(), repeats(all.kds));
  check_account(account.at("ddb"), std::set(all.ddb.begin(), all.ddb.end()).size(), repeats(all.ddb));
  check_account(account.at("s3"), std::set(all.s3.begin(), all.s3.end()).size(), repeats(all.s3));
  EXPECT_GE(account.at("kds").accepted, accepted_.size());
  EXPECT_GT(accepted_.size(), 0u);
  for (const auto& key : all.s3) EXPECT_TRUE(event::parse_snapshot_key(key)) << key;
  if (RunSetup(seed_).strict_order) check_order(all.kds);
}

INSTANTIATE_TEST_SUITE_P(Seeds, Conservation, testing::Range(0, 100));

}  // namespace
}  // namespace kinesight::conservation
