// What it costs to get events into Kinesis, beside the limit: bench_publish MODE URL STREAM EVENTS [FOLDER]
// Prints one JSON object: seconds, CPU seconds and events; `backlog` prints memory instead.
//   floor       a ready-made, ready-signed PutRecords body of 500 events, sent as often as it takes: HTTP
//   alone memory      MemorySpool -> Drain -> PutRecords: without the outbox durable     Outbox (fdatasync)
//   -> Drain -> PutRecords, appended as a producer of blocks does, 500 at a time cameras     the same,
//   appended one by one from 64 threads, as that many cameras do backlog     EVENTS wait in the outbox while
//   the sink is away (URL leads nowhere): resident memory
// Events are 500 bytes, of 64 cameras.
#include <time.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "aws/session.h"
#include "net/curl_transport.h"
#include "publish/kds/kds_delivery.h"
#include "publish/outbox/drain.h"
#include "publish/outbox/memory_spool.h"
#include "publish/outbox/outbox.h"
#include "telemetry/catalog.h"

namespace kinesight::bench {
namespace {

constexpr std::size_t kEventBytes = 500;
constexpr int kCameras = 64;
constexpr std::int64_t kBlock = 500;
constexpr auto kPatience = std::chrono::minutes(5);

double cpu_seconds() {
  timespec time{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) * 1e-9;
}

[[noreturn]] void die(const std::string& why) {
  std::fprintf(stderr, "bench: %s\n", why.c_str());
  std::exit(1);
}

template <class T>
T must(Result<T> result) {
  if (!result) die(result.error().message);
  if constexpr (!std::is_void_v<T>) return std::move(*result);
}

double resident_mib() {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with("VmRSS:")) return std::strtod(line.c_str() + 6, nullptr) / 1024;
  }
  return 0;
}

class FixedCredentials final : public aws::CredentialsProvider {
 public:
  std::string_view name() const override { return "benchmark"; }
  Result<aws::Credentials> get(std::stop_token) override {
    return aws::Credentials{"AKIDBENCHMARK", Secret("secret"), Secret(), {}, "benchmark"};
  }
};

publish::Entry event(std::int64_t number) {
  publish::Entry entry;
  entry.key = "camera-" + std::to_string(number % kCameras);
  entry.name = std::to_string(number);
  entry.payload = R"({"event_id":")" + entry.name + R"(","padding":")";
  entry.payload.append(kEventBytes - 2 - entry.payload.size(), 'x');
  entry.payload += "\"}";
  return entry;
}

/// `count` events from `first` on.
std::vector<publish::Entry> block(std::int64_t first, std::int64_t count) {
  std::vector<publish::Entry> entries;
  entries.reserve(static_cast<std::size_t>(count));
  for (std::int64_t i = 0; i < count; ++i) entries.push_back(event(first + i));
  return entries;
}

/// Everything on the way to one stream.
struct Bench {
  Bench(const std::string& endpoint, std::string stream_name) : stream(std::move(stream_name)) {
    options.region = "us-east-1";
    options.stream_name = stream;
    options.endpoint_url = endpoint;
    options.base_backoff_ms = 100;
  }

  std::unique_ptr<publish::Delivery> delivery() {
    return std::make_unique<publish::KdsDelivery>(
        options, must(aws::Kinesis::make(session, {options.region, options.endpoint_url})));
  }
  publish::Drain drain(std::unique_ptr<publish::Spool> spool) {
    return {std::move(spool), delivery(), {}, telemetry(), Clock::system(), Rng(1)};
  }
  telemetry::Telemetry telemetry() { return {log, metrics, health}; }

  telemetry::Log log{"bench", telemetry::LogFormat::text, telemetry::Level::critical, stderr};
  telemetry::Metrics metrics{telemetry::kAllMetrics};
  telemetry::Health health;
  aws::Session session{
      {.transport = net::make_curl_transport({}), .credentials = std::make_shared<FixedCredentials>()},
      Clock::system()};
  const std::string stream;
  publish::KdsOptions options;
};

void report(double begin_cpu, Clock::Steady begin, std::int64_t events) {
  std::printf("{\"cpu_seconds\": %.6f, \"seconds\": %.6f, \"events\": %lld}\n", cpu_seconds() - begin_cpu,
              to_seconds(Clock::system().steady() - begin), static_cast<long long>(events));
}

void check_delivered(const publish::Drain& drain, std::int64_t events) {
  if (drain.counts().delivered != static_cast<std::uint64_t>(events)) {
    die(fmt::format("delivered {} of {} events", drain.counts().delivered, events));
  }
}

/// Remembers one request as it is sent, to send it again.
class Recorder final : public net::Transport {
 public:
  std::expected<net::Response, net::Failure> send(const net::Request& request,
                                                  std::stop_token stop) override {
    body = request.body;
    recorded = request;
    return curl->send(request, stop);
  }
  std::shared_ptr<net::Transport> curl = net::make_curl_transport({});
  std::string body;
  net::Request recorded;
};

void floor(const std::string& url, const std::string& stream, std::int64_t events) {
  auto recorder = std::make_shared<Recorder>();
  aws::Session session{{.transport = recorder, .credentials = std::make_shared<FixedCredentials>()},
                       Clock::system()};
  const auto kinesis = must(aws::Kinesis::make(session, {"us-east-1", url}));
  const auto entries = block(0, kBlock);
  std::vector<aws::PutRecord> records;
  for (const auto& entry : entries) records.push_back({entry.key, entry.payload});
  if (!kinesis.put_records(stream, records, {})) die("the first request failed");
  recorder->recorded.body = recorder->body;
  const double cpu = cpu_seconds();
  const auto begin = Clock::system().steady();
  for (std::int64_t sent = 0; sent < events; sent += kBlock) {
    const auto answer = recorder->curl->send(recorder->recorded, {});
    if (!answer || answer->status != 200) die("a request failed");
  }
  report(cpu, begin, events);
}

void memory(Bench& bench, std::int64_t events) {
  auto owned = std::make_unique<publish::MemorySpool>(16'384, 32 * 1024 * 1024);
  auto* spool = owned.get();
  const double cpu = cpu_seconds();
  const auto begin = Clock::system().steady();
  auto drain = bench.drain(std::move(owned));
  for (std::int64_t first = 0; first < events; first += kBlock) {
    auto entries = block(first, std::min(kBlock, events - first));
    if (!spool->push(entries, {})) die("not taken");
  }
  must(drain.flush(kPatience));
  report(cpu, begin, events);
  check_delivered(drain, events);
}

std::unique_ptr<publish::Outbox> open_outbox(Bench& bench, const std::string& folder) {
  config::OutboxOptions options;
  options.max_bytes = 8L * 1024 * 1024 * 1024;
  options.when_full = config::OutboxFull::block;
  return must(publish::Outbox::open(folder, options, {"kds"}, {}, bench.telemetry(), Clock::system()));
}

void append_blocks(publish::Outbox& outbox, std::int64_t events) {
  for (std::int64_t first = 0; first < events; first += kBlock) {
    must(outbox.append(publish::Stream::events, block(first, std::min(kBlock, events - first)), {}));
  }
}

void append_as_cameras(publish::Outbox& outbox, std::int64_t events) {
  std::vector<std::jthread> cameras;
  for (std::int64_t camera = 0; camera < kCameras; ++camera) {
    cameras.emplace_back([&outbox, camera, events] {
      for (std::int64_t number = camera; number < events; number += kCameras) {
        const auto entry = event(number);
        must(outbox.append(publish::Stream::events, {&entry, 1}, {}));
      }
    });
  }
}

void durable(Bench& bench, std::int64_t events, const std::string& folder, bool as_cameras) {
  auto outbox = open_outbox(bench, folder);
  const double cpu = cpu_seconds();
  const auto begin = Clock::system().steady();
  auto drain = bench.drain(outbox->spool(publish::Stream::events, "kds"));
  if (as_cameras) {
    append_as_cameras(*outbox, events);
  } else {
    append_blocks(*outbox, events);
  }
  must(drain.flush(kPatience));
  report(cpu, begin, events);
  check_delivered(drain, events);
}

void backlog(Bench& bench, std::int64_t events, const std::string& folder) {
  auto outbox = open_outbox(bench, folder);
  auto drain = bench.drain(outbox->spool(publish::Stream::events, "kds"));
  append_blocks(*outbox, events / 10);
  const double early = resident_mib();
  append_blocks(*outbox, events - events / 10);
  std::printf("{\"resident_mib_after_a_tenth\": %.1f, \"resident_mib\": %.1f, \"events\": %lld}\n", early,
              resident_mib(), static_cast<long long>(events));
}

int run(int argc, char** argv) {
  if (argc < 5) die("usage: bench_publish MODE URL STREAM EVENTS [FOLDER]");
  const std::string mode = argv[1], url = argv[2], stream = argv[3], folder = argc > 5 ? argv[5] : "";
  const std::int64_t events = std::atoll(argv[4]);
  Bench bench(url, stream);
  if (mode == "floor")
    floor(url, stream, events);
  else if (mode == "memory")
    memory(bench, events);
  else if (mode == "durable")
    durable(bench, events, folder, false);
  else if (mode == "cameras")
    durable(bench, events, folder, true);
  else if (mode == "backlog")
    backlog(bench, events, folder);
  else
    die("no mode " + mode);
  return 0;
}

}  // namespace
}  // namespace kinesight::bench

int main(int argc, char** argv) { return kinesight::bench::run(argc, argv); }
