// Kinesis as a test wants it: a transport that answers by itself what the test does not answer for it.
#pragma once

#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "aws/services/kinesis.h"
#include "aws/session.h"
#include "net/http.h"

namespace kinesight::support {

/// A record as it came in a PutRecords request.
struct PeerRecord {
  std::string key;
  std::string data;

  bool operator==(const PeerRecord&) const = default;
};

/// What becomes of a record: an empty code takes it.
struct PeerVerdict {
  std::string code{};
  std::string message{};
  bool taken = false;  ///< In spite of the code.
};

/// The fault of a whole request: nothing goes into the stream, unless `taken`.
struct PeerFault {
  int status = 0;  ///< 0: no answer.
  std::string body{};
  bool sent = true;    ///< Without an answer: whether the request went out.
  bool taken = false;  ///< The records went into the stream all the same.
};

/// {"__type": code, "message": "…"}
PeerFault refusal(int status, const std::string& code);

/// One stream behind the HTTP API. Any number of threads, once it has been set up.
class KinesisPeer final : public net::Transport {
 public:
  /// A stream with `shards` shards.
  explicit KinesisPeer(int shards = 4) : shards_(shards) {}

  std::expected<net::Response, net::Failure> send(const net::Request& request, std::stop_token stop) override;

  /// Decides about each record of a request.
  std::function<PeerVerdict(const PeerRecord& record)> verdict;
  /// Decides about whole requests, before their records.
  std::function<std::optional<PeerFault>(const std::vector<PeerRecord>& records)> fault;
  /// Answers other actions than PutRecords.
  std::function<net::Response(const std::string& action, const nlohmann::json& request)> control;

  std::string shard_of(const std::string& key) const;
  /// What each PutRecords request held.
  std::vector<std::vector<PeerRecord>> requests() const;
  /// What is in the stream, shard by shard in its order.
  std::map<std::string, std::vector<PeerRecord>> stream() const;

  /// Changes the peer between two requests.
  void change(const std::function<void(KinesisPeer& peer)>& change);
  /// Waits until `true_now()`, which is asked after each request; false when that takes too long.
  bool wait_until(const std::function<bool()>& true_now);

 private:
  std::expected<net::Response, net::Failure> put(const nlohmann::json& request);
  nlohmann::json answer(const PeerRecord& record);

  const int shards_;
  mutable std::mutex mutex_;
  std::condition_variable answered_;
  std::vector<std::vector<PeerRecord>> requests_;
  std::map<std::string, std::vector<PeerRecord>> stream_;
};

/// A session that reaches `peer`, with keys that are nobody's.
std::unique_ptr<aws::Session> session_to(std::shared_ptr<KinesisPeer> peer, Clock& clock);
/// A client of `peer`.
aws::Kinesis kinesis_at(aws::Session& session);

}  // namespace kinesight::support
