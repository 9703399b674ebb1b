#include "publish/kds/kinesis_peer.h"

#include <openssl/evp.h>

namespace kinesight::support {
namespace {

using nlohmann::json;

class Keys final : public aws::CredentialsProvider {
 public:
  std::string_view name() const override { return "test"; }
  Result<aws::Credentials> get(std::stop_token) override {
    return aws::Credentials{.access_key_id = "AKIDEXAMPLE",
                            .secret_access_key = Secret("example"),
                            .session_token = {},
                            .expires_at = {},
                            .source = "test"};
  }
};

std::string from_base64(const std::string& text) {
  std::string bytes(text.size() / 4 * 3, '\0');
  EVP_DecodeBlock(reinterpret_cast<unsigned char*>(bytes.data()),
                  reinterpret_cast<const unsigned char*>(text.data()), static_cast<int>(text.size()));
  for (std::size_t i = text.size(); i > 0 && text[i - 1] == '='; --i) bytes.pop_back();
  return bytes;
}

std::vector<PeerRecord> records_of(const json& request) {
  std::vector<PeerRecord> records;
  for (const auto& record : request.at("Records")) {
    records.push_back({record.at("PartitionKey"), from_base64(record.at("Data"))});
  }
  return records;
}

}  // namespace

PeerFault refusal(int status, const std::string& code) {
  return {.status = status, .body = json{{"__type", code}, {"message", "as the test says"}}.dump()};
}

std::expected<net::Response, net::Failure> KinesisPeer::send(const net::Request& request, std::stop_token) {
  const auto* target = net::find(request.headers, "X-Amz-Target");
  const auto body = json::parse(request.body);
  const std::string action = target ? target->substr(target->find('.') + 1) : "";
  if (action == "PutRecords") return put(body);
  if (control) return control(action, body);
  return net::Response{.status = 400, .headers = {}, .body = R"({"__type":"UnknownOperationException"})"};
}

std::expected<net::Response, net::Failure> KinesisPeer::put(const json& request) {
  std::lock_guard lock(mutex_);
  const auto records = records_of(request);
  requests_.push_back(records);
  answered_.notify_all();
  std::optional<PeerFault> failed;
  if (fault) failed = fault(records);
  if (!failed) {
    json results = json::array();
    for (const auto& record : records) results.push_back(answer(record));
    return net::Response{.status = 200, .headers = {}, .body = json{{"Records", results}}.dump()};
  }
  if (failed->taken) {
    for (const auto& record : records) stream_[shard_of(record.key)].push_back(record);
  }
  if (failed->status == 0) {
    return std::unexpected(net::Failure{{ErrorKind::unavailable, "no answer"}, failed->sent});
  }
  return net::Response{.status = failed->status, .headers = {}, .body = failed->body};
}

json KinesisPeer::answer(const PeerRecord& record) {
  const auto [code, message, taken] = verdict ? verdict(record) : PeerVerdict{};
  const auto shard = shard_of(record.key);
  if (code.empty() || taken) stream_[shard].push_back(record);
  if (!code.empty()) return {{"ErrorCode", code}, {"ErrorMessage", message}};
  return {{"ShardId", shard}, {"SequenceNumber", std::to_string(stream_[shard].size())}};
}

void KinesisPeer::change(const std::function<void(KinesisPeer&)>& change) {
  std::lock_guard lock(mutex_);
  change(*this);
}

bool KinesisPeer::wait_until(const std::function<bool()>& true_now) {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  while (true) {
    std::unique_lock lock(mutex_);
    const auto before = requests_.size();
    lock.unlock();
    if (true_now()) return true;
    lock.lock();
    if (!answered_.wait_until(lock, deadline, [&] { return requests_.size() > before; })) return false;
  }
}

std::string KinesisPeer::shard_of(const std::string& key) const {
  unsigned sum = 0;
  for (const unsigned char c : key) sum = sum * 31 + c;
  return fmt::format("shardId-{:012}", sum % static_cast<unsigned>(shards_));
}

std::vector<std::vector<PeerRecord>> KinesisPeer::requests() const {
  std::lock_guard lock(mutex_);
  return requests_;
}

std::map<std::string, std::vector<PeerRecord>> KinesisPeer::stream() const {
  std::lock_guard lock(mutex_);
  return stream_;
}

std::unique_ptr<aws::Session> session_to(std::shared_ptr<KinesisPeer> peer, Clock& clock) {
  aws::Session::Parts parts;
  parts.transport = std::move(peer);
  parts.credentials = std::make_shared<Keys>();
  return std::make_unique<aws::Session>(std::move(parts), clock);
}

aws::Kinesis kinesis_at(aws::Session& session) {
  return aws::Kinesis::make(session, {.region = "eu-west-1", .endpoint_url = ""}).value();
}

}  // namespace kinesight::support
