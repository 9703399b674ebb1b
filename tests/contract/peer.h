// Who the contract is held to: the fake in this process, or a real peer that the environment names.
//   KINESIGHT_CONTRACT_KINESIS, _S3, _DYNAMODB, _STS, _KINESISVIDEO   its URL; without it the fake
//   KINESIGHT_CONTRACT_PEER                                           what it is: moto, minio, kinesis-local
//   KINESIGHT_CONTRACT_ACCESS_KEY, _SECRET_KEY                        what it takes
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "aws/services/json_call.h"
#include "aws/session.h"
#include "base/clock.h"
#include "net/http.h"

namespace kinesight::support {
class FakeAws;
}

namespace kinesight::contract {

inline constexpr std::string_view kRegion = "us-east-1";

/// A server under contract, and what it takes.
struct PeerAddress {
  std::string name;
  std::string url;
  std::string access_key;
  std::string secret_key;
};
/// The one that the environment names; `service` is as in the name of the environment variable.
std::optional<PeerAddress> named_peer(std::string_view service);

/// A service under contract, reached as the environment says.
class ContractTest : public testing::Test {
 protected:
  /// The named peer, or the fake. `service`: as in the name of the environment variable.
  explicit ContractTest(std::string_view service);
  explicit ContractTest(PeerAddress peer);
  ~ContractTest() override;

  /// Whether the peer is called `name`; the fake is "fake". For what that one is known not to do.
  bool peer_is(std::string_view name) const { return peer_.name == name; }

  aws::Session& session() { return *session_; }
  /// With the right access key and a secret that is not its own.
  aws::Session& wrong_session() { return *wrong_session_; }
  aws::ClientOptions options() const { return {.region = std::string(kRegion), .endpoint_url = peer_.url}; }
  net::Transport& transport() { return *transport_; }

  /// A name that no earlier test has used, on this peer or another: `stem` and a random part.
  static std::string unique(std::string_view stem);
  /// Asks until `done()` says so, or fails after 30 s: the one way to know that a real peer is ready.
  template <class Done>
  void await(Done done) {
    const auto deadline = Clock::system().steady() + std::chrono::seconds(30);
    while (!done()) {
      ASSERT_LT(Clock::system().steady(), deadline) << "not within 30 s";
      Clock::system().wait_for(std::chrono::milliseconds(20), {});
    }
  }

 private:
  ContractTest(std::unique_ptr<support::FakeAws> fake, std::string_view service);
  std::unique_ptr<aws::Session> make_session(const std::string& secret_key) const;

  std::unique_ptr<support::FakeAws> fake_;
  const PeerAddress peer_;
  std::shared_ptr<net::Transport> transport_;
  std::unique_ptr<aws::Session> session_;
  std::unique_ptr<aws::Session> wrong_session_;
};

/// A call beyond what the product's clients can do, to look behind them or to ask for what they would not.
class RawJson {
 public:
  RawJson(aws::Session& session, const aws::Service& service, const aws::JsonProtocol& protocol,
          const aws::ClientOptions& options)
      : client_(aws::Client::make(session, service, {}, options).value()), protocol_(protocol) {}

  aws::CallResult<nlohmann::json> call(std::string_view action, const nlohmann::json& request,
                                       std::string_view path = "/") const {
    const aws::JsonOperation operation{.protocol = protocol_, .action = action, .path = path};
    return aws::call_json(client_, operation, request, {}, [](nlohmann::json& answer) { return answer; });
  }
  /// For answers that may be empty.
  aws::CallResult<net::Response> send(std::string_view action, const nlohmann::json& request) const {
    const aws::JsonOperation operation{.protocol = protocol_, .action = action};
    return aws::send_json(client_, operation, request, {});
  }

 private:
  aws::Client client_;
  aws::JsonProtocol protocol_;
};

/// Whether a call failed in that way, certainly without effect, and with AWS's `code` where one is named.
template <class T>
testing::AssertionResult fails(const aws::CallResult<T>& result, ErrorKind kind, std::string_view code = "") {
  if (result) return testing::AssertionFailure() << "it succeeded";
  const auto& failed = result.error();
  if (failed.error.kind == kind && (code.empty() || failed.code == code) && !failed.uncertain) {
    return testing::AssertionSuccess();
  }
  return testing::AssertionFailure() << "expected " << to_string(kind) << " " << code << ", found "
                                     << to_string(failed.error.kind)
                                     << (failed.uncertain ? ", uncertain: " : ": ") << failed.error.message;
}

/// Whether a call succeeded; its error where it did not.
template <class T>
testing::AssertionResult succeeds(const aws::CallResult<T>& result) {
  if (result) return testing::AssertionSuccess();
  return testing::AssertionFailure() << result.error().error.message;
}

}  // namespace kinesight::contract
