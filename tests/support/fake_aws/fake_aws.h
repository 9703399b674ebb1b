// A fake of AWS on loopback that fails as it is told and remembers what it has done.
//
//   FakeAws aws;
//   aws.create_stream("detection-events", 2);
//   aws.faults().add({.kind = FaultKind::reset_after, .service = "kinesis", .count = 3});
//   … AWS_ENDPOINT_URL=aws.url(), or endpoint_url: …
//   aws.ledger().wait_for([](const Events& events) { return events.record_count == 1000; });
#pragma once

#include <cstdint>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "support/fake_aws/credentials.h"
#include "support/fake_aws/faults.h"
#include "support/fake_aws/ledger.h"

namespace kinesight::support {

/// How a fake is.
struct FakeAwsOptions {
  int port = 0;  ///< Of 127.0.0.1; 0: any free one.
  std::uint64_t seed = 1;
  Keep keep = Keep::data;
  bool check_signatures = true;
  bool shard_limits = false;            ///< Kinesis: 1,000 records and 1 MiB a second a shard.
  bool read_limits = false;             ///< Kinesis: 5 GetRecords a second a shard.
  std::int64_t iterator_seconds = 300;  ///< Kinesis: life of an iterator.
  int creating = 0;  ///< Descriptions that say CREATING before a stream or table is ACTIVE.
  std::int64_t credential_seconds = 6 * 3600;  ///< Life of what the instance and container endpoints give.
  std::string container_token{};  ///< What the container endpoint's Authorization has to be; empty: anything.
};

/// Kinesis, DynamoDB, S3, STS and the places where credentials come from, behind one URL. Safe for any number
/// of threads, but for stop() and start(): those are for one.
class FakeAws {
 public:
  /// Serves from now on. Throws std::system_error when the port is taken.
  explicit FakeAws(FakeAwsOptions options = {});
  ~FakeAws();
  FakeAws(const FakeAws&) = delete;
  FakeAws& operator=(const FakeAws&) = delete;

  /// "http://127.0.0.1:PORT"
  std::string url() const;
  int port() const;
  /// Cuts all connections and listens no more: an outage. What it holds stays.
  void stop();
  /// Listens again, on the same port.
  void start();
  /// Connections that clients have opened since the last start.
  int connections() const;

  FaultPlan& faults();
  const Ledger& ledger() const;
  /// The keys that it knows; one is there from the start (kFakeAccessKey).
  KeyRing& keys();
  /// Moves its clock away from the machine's: signatures are checked, and Date is told, by it.
  void set_clock_offset(std::chrono::seconds offset);
  /// Lets its clock stand at that time.
  void hold_clock(std::int64_t unix_seconds);

  void create_stream(const std::string& name, int shards);
  /// Closes a shard and opens two in its place; their ids. Throws what the call SplitShard would answer, as
  /// the other two do.
  std::vector<std::string> split_shard(const std::string& stream, const std::string& shard);
  /// Closes two neighbours and opens one in their place; its id.
  std::string merge_shards(const std::string& stream, const std::string& shard, const std::string& adjacent);
  /// Forgets a closed shard, as AWS does when the retention of its records is over.
  void trim_shard(const std::string& stream, const std::string& shard);
  void create_bucket(const std::string& name);
  /// The permissions that the requests so far need, by IAM's names: HeadObject needs "s3:GetObject".
  std::set<std::string> permissions_needed() const;
  /// Forgets streams, buckets, tables, faults, the ledger and what was done to the clock.
  void reset();

 private:
  class Core;
  const FakeAwsOptions options_;
  std::unique_ptr<Core> core_;
};

}  // namespace kinesight::support
