#include "support/fake_aws/fake_aws.h"

#include "support/fake_aws/router.h"
#include "support/fake_aws/socket_server.h"

namespace kinesight::support {

/// The services, and the server while there is one.
class FakeAws::Core : public fake::Router {
 public:
  using fake::Router::Router;

  void listen(int port) {
    server_ = std::make_unique<fake::SocketServer>(
        port, [this](const fake::HttpRequest& head) { return begin(head); });
    port_ = server_->port();
  }

  int port_ = 0;
  std::unique_ptr<fake::SocketServer> server_;
};

FakeAws::FakeAws(FakeAwsOptions options) : options_(options), core_(std::make_unique<Core>(options)) {
  core_->listen(options.port);
}
FakeAws::~FakeAws() { stop(); }

std::string FakeAws::url() const { return fmt::format("http://127.0.0.1:{}", port()); }
int FakeAws::port() const { return core_->port_; }
void FakeAws::stop() { core_->server_.reset(); }
void FakeAws::start() {
  if (!core_->server_) core_->listen(core_->port_);
}
int FakeAws::connections() const { return core_->server_ ? core_->server_->connections() : 0; }

FaultPlan& FakeAws::faults() { return core_->world().faults; }
const Ledger& FakeAws::ledger() const { return core_->world().ledger; }
KeyRing& FakeAws::keys() { return core_->keys(); }
void FakeAws::set_clock_offset(std::chrono::seconds offset) {
  core_->world().clock_offset_ms = offset.count() * 1000;
}
void FakeAws::hold_clock(std::int64_t unix_seconds) { core_->world().held_ms = unix_seconds * 1000; }

void FakeAws::create_stream(const std::string& name, int shards) { core_->kinesis().create(name, shards); }
std::vector<std::string> FakeAws::split_shard(const std::string& stream, const std::string& shard) {
  return core_->kinesis().split(stream, shard);
}
std::string FakeAws::merge_shards(const std::string& stream, const std::string& shard,
                                  const std::string& adjacent) {
  return core_->kinesis().merge(stream, shard, adjacent);
}
void FakeAws::trim_shard(const std::string& stream, const std::string& shard) {
  core_->kinesis().trim(stream, shard);
}
void FakeAws::create_bucket(const std::string& name) { core_->s3().create(name); }
void FakeAws::reset() { core_->reset(); }

std::set<std::string> FakeAws::permissions_needed() const {
  std::set<std::string> permissions;
  for (const std::string& action : ledger().actions()) permissions.insert(fake::permission_of(action));
  return permissions;
}

}  // namespace kinesight::support
