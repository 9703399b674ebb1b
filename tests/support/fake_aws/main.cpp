// The fake of AWS as a program, for tests in Python and benchmarks: prints {"url": …} and serves until
// SIGTERM, SIGINT or the end of its standard input.
#include <poll.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <array>
#include <fstream>
#include <iostream>
#include <nlohmann/json.hpp>

#include "support/fake_aws/fake_aws.h"

namespace {

using kinesight::support::FakeAws;
using kinesight::support::FakeAwsOptions;
using kinesight::support::Keep;

/// Blocks the signals that end the program in all threads; they arrive at the descriptor.
int end_signals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  return signalfd(-1, &signals, SFD_CLOEXEC);
}

void wait_for_end(int signals) {
  std::array<pollfd, 2> sources{{{signals, POLLIN, 0}, {STDIN_FILENO, POLLIN, 0}}};
  for (;;) {
    if (poll(sources.data(), sources.size(), -1) < 0 || sources[0].revents) return;
    std::array<char, 256> ignored{};
    if (sources[1].revents && read(STDIN_FILENO, ignored.data(), ignored.size()) <= 0) return;
  }
}

void add_faults(FakeAws& aws, const std::string& path) {
  std::ifstream file(path);
  if (!file) throw std::runtime_error("cannot read " + path);
  for (const auto& fault : nlohmann::json::parse(file)) {
    aws.faults().add(kinesight::support::fault_from_json(fault));
  }
}

/// "NAME:SHARDS"
void create_stream(FakeAws& aws, const std::string& text) {
  const auto colon = text.find(':');
  aws.create_stream(text.substr(0, colon), colon == text.npos ? 1 : std::stoi(text.substr(colon + 1)));
}

}  // namespace

int main(int count, char** arguments) {
  FakeAwsOptions options;
  std::string faults;
  std::vector<std::string> streams;
  std::vector<std::string> buckets;
  bool unsigned_too = false;
  const std::map<std::string, Keep> keeps{
      {"counts", Keep::counts}, {"hashes", Keep::hashes}, {"data", Keep::data}};

  CLI::App app("A fake of AWS on loopback that fails as it is told");
  app.add_option("--port", options.port, "of 127.0.0.1; 0: any free one")->capture_default_str();
  app.add_option("--seed", options.seed, "of the faults' chances")->capture_default_str();
  app.add_option("--faults", faults, "file with a JSON list of faults")->check(CLI::ExistingFile);
  app.add_option("--keep", options.keep, "what the ledger keeps: counts, hashes, data")
      ->transform(CLI::CheckedTransformer(keeps));
  app.add_option("--stream", streams, "NAME:SHARDS, a Kinesis stream that is there from the start");
  app.add_option("--bucket", buckets, "an S3 bucket that is there from the start");
  app.add_option("--creating", options.creating, "descriptions that say CREATING of a new stream or table");
  app.add_flag("--no-signatures", unsigned_too, "take requests whatever their signature");
  app.add_flag("--shard-limits", options.shard_limits, "1,000 records and 1 MiB a second a shard");
  app.add_flag("--read-limits", options.read_limits, "5 GetRecords a second a shard");
  app.add_option("--iterator-seconds", options.iterator_seconds, "life of a shard iterator")
      ->capture_default_str();
  CLI11_PARSE(app, count, arguments);
  options.check_signatures = !unsigned_too;

  const int signals = end_signals();
  try {
    FakeAws aws(options);
    if (!faults.empty()) add_faults(aws, faults);
    for (const std::string& stream : streams) create_stream(aws, stream);
    for (const std::string& bucket : buckets) aws.create_bucket(bucket);
    std::cout << nlohmann::json{{"url", aws.url()}} << std::endl;
    wait_for_end(signals);
  } catch (const std::exception& error) {
    std::cerr << "fake_aws: " << error.what() << '\n';
    return 1;
  }
}
