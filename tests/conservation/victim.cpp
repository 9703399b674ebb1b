// The process that the test kills: publishes events to all three sinks and writes each one's number to stdout
// once it was accepted. conservation_victim FOLDER URL SEED FIRST COUNT After COUNT events it lets the sinks
// have everything, writes "drained" and ends with 0.
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <string>

#include "conservation/fake_credentials.h"
#include "conservation/production.h"
#include "event/snapshot_key.h"
#include "net/curl_transport.h"
#include "publish/ddb/ddb_delivery.h"
#include "publish/kds/kds_delivery.h"
#include "publish/outbox_publisher.h"
#include "publish/s3/s3_delivery.h"
#include "support/telemetry_fixture.h"

namespace kinesight::conservation {
namespace {

template <class T>
T must(Result<T> result) {
  if (!result) {
    std::fprintf(stderr, "victim: %s\n", result.error().message.c_str());
    std::_Exit(3);
  }
  return std::move(*result);
}

/// Tries follow each other so fast that a run of a second sees many.
const publish::DrainPolicy kPolicy = {.max_retries = 2, .base_backoff_ms = 2, .max_backoff_ms = 30};

std::vector<publish::Sink> sinks(aws::Session& session, const std::string& url, const RunSetup& setup) {
  const aws::ClientOptions where{.region = "us-east-1", .endpoint_url = url};
  publish::KdsOptions kds;
  kds.stream_name = kStream;
  kds.batch_size = 40;
  kds.flush_interval_ms = 5;
  kds.strict_order = setup.strict_order;
  kds.aggregate = setup.aggregate;
  publish::S3Options s3;
  s3.bucket = kBucket;
  publish::DdbOptions ddb;
  ddb.table_name = kTable;
  ddb.ttl_days = 3650;
  std::vector<publish::Sink> sinks(3);
  sinks[0].delivery = std::make_unique<publish::KdsDelivery>(kds, must(aws::Kinesis::make(session, where)));
  sinks[1].delivery =
      std::make_unique<publish::S3Delivery>(publish::SnapshotBucket(s3, must(aws::S3::make(session, where))));
  sinks[1].snapshots = publish::SnapshotStyle{};
  sinks[2].delivery = std::make_unique<publish::DdbDelivery>(
      publish::EventTable(ddb, must(aws::DynamoDb::make(session, where))));
  for (auto& sink : sinks) sink.policy = kPolicy;
  return sinks;
}

std::shared_ptr<const publish::Publication> publication(std::uint64_t seed, std::int64_t number) {
  static const auto pixels = std::make_shared<std::vector<std::uint8_t>>(32 * 24 * 3, 128);
  auto made = std::make_shared<publish::Publication>();
  made->events = {event_of(seed, number)};
  const auto& envelope = made->events.front();
  made->frame.view = {.width = 32, .height = 24, .planes = {}};
  made->frame.view.planes[0] = {pixels->data(), 32 * 3};
  made->frame.pixels = pixels;
  made->snapshot_key = event::snapshot_key("snapshots", envelope.camera_id, envelope.payload.ts_ms);
  return made;
}

int run(char** arguments) {
  const std::string folder = arguments[1], url = arguments[2];
  const std::uint64_t seed = std::strtoull(arguments[3], nullptr, 10);
  const std::int64_t first = std::atoll(arguments[4]), count = std::atoll(arguments[5]);
  support::TelemetryFixture telemetry;
  aws::Session session(
      {.transport = net::make_curl_transport({}), .credentials = std::make_shared<FakeCredentials>()},
      Clock::system());
  config::OutboxOptions options;
  options.durability = config::Durability::process;  // kill -9 is no power cut.
  options.refusals = 2;
  auto publisher = must(publish::OutboxPublisher::open(sinks(session, url, RunSetup(seed)), options,
                                                       {.telemetry = telemetry, .state_directory = folder}));
  for (std::int64_t number = first; number < first + count; ++number) {
    if (!publisher->publish(publication(seed, number), {})) return 4;
    const std::string line = std::to_string(number) + "\n";
    if (::write(STDOUT_FILENO, line.data(), line.size()) != static_cast<ssize_t>(line.size())) return 5;
  }
  if (const auto flushed = publisher->flush(std::chrono::seconds(30)); !flushed) {
    std::fprintf(stderr, "victim: %s\n", flushed.error().message.c_str());
    return 6;
  }
  publisher.reset();
  return std::puts("drained") < 0 ? 7 : 0;
}

}  // namespace
}  // namespace kinesight::conservation

int main(int, char** arguments) { return kinesight::conservation::run(arguments); }
