// A client of an invented service, over scripted answers and a clock that only waiting moves.
#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "aws/client.h"
#include "aws/services/scripted_session.h"

namespace kinesight::aws {

inline constexpr Service kTestService{.id = "Kinesis", .signing_name = "kinesis", .host_prefix = "kinesis"};

/// Hands out one set of keys after another; the next one when the last has been refused.
class RotatingCredentials final : public CredentialsProvider {
 public:
  explicit RotatingCredentials(int sets) : sets_(sets) {}
  std::string_view name() const override { return "test"; }
  Result<Credentials> get(std::stop_token) override {
    Credentials credentials;
    credentials.access_key_id = "AKID" + std::to_string(set_);
    credentials.secret_access_key = Secret("planted-secret-key-" + std::to_string(set_));
    credentials.session_token = Secret("planted/session+token==" + std::to_string(set_));
    credentials.source = "profile 'night'";
    return credentials;
  }
  void refused(const Credentials&) override {
    ++refusals;
    if (set_ + 1 < sets_) ++set_;
  }
  int refusals = 0;

 private:
  const int sets_;
  int set_ = 0;
};

/// Answers from a script, and after it as `reply` says.
class PlayedTransport final : public net::Transport {
 public:
  using Answer = std::expected<net::Response, net::Failure>;

  void answer(int status, std::string body = "", net::Headers headers = {}) {
    script_.push_back(net::Response{status, std::move(headers), std::move(body)});
  }
  void fail(ErrorKind kind, bool went_out) {
    script_.push_back(std::unexpected(net::Failure{.error = {kind, "cut off"}, .sent = went_out}));
  }
  void time_out() {
    script_.push_back(
        std::unexpected(net::Failure{{ErrorKind::unavailable, "late"}, /*sent=*/true, /*timed_out=*/true}));
  }

  Answer send(const net::Request& request, std::stop_token) override {
    sent.push_back({request.method, request.url, request.headers, support::body_of(request)});
    on_send();
    if (script_.empty()) return reply(request);
    Answer answer = std::move(script_.front());
    script_.pop_front();
    return answer ? support::deliver(std::move(*answer), request) : answer;
  }

  std::vector<Sent> sent;
  std::function<void()> on_send = [] {};
  std::function<Answer(const net::Request&)> reply = [](const net::Request&) -> Answer {
    ADD_FAILURE() << "no answer is scripted";
    return std::unexpected(net::Failure{.error = {ErrorKind::invalid, "no answer is scripted"}});
  };

 private:
  std::deque<Answer> script_;
};

class ClientTest : public testing::Test {
 protected:
  static constexpr double kNow = 1'700'000'000;  // Tue, 14 Nov 2023 22:13:20 GMT

  Client client(Protocol protocol = {}) {
    auto made = Client::make(session_, kTestService, protocol, {.region = "eu-west-1", .endpoint_url = ""});
    if (!made) throw std::runtime_error(made.error().message);
    return std::move(*made);
  }

  static Call put_records() {
    Call call;
    call.action = "PutRecords";
    call.headers = {{"X-Amz-Target", "Kinesis_20131202.PutRecords"}};
    call.body = "{}";
    return call;
  }

  /// The error of a call that is expected to fail.
  CallError error_of(const Call& call, Protocol protocol = {}) {
    auto answer = client(protocol).call(call, {});
    if (!answer) return answer.error();
    ADD_FAILURE() << "it succeeded";
    return {};
  }

  double waited() const { return clock_.wall_seconds() - kNow; }
  const std::vector<Sent>& sent() const { return transport_->sent; }

  std::shared_ptr<PlayedTransport> transport_ = std::make_shared<PlayedTransport>();
  std::shared_ptr<RotatingCredentials> credentials_ = std::make_shared<RotatingCredentials>(2);
  support::FakeClock clock_{kNow};
  Session session_{parts(), clock_};

 private:
  Session::Parts parts() const {
    Session::Parts parts;
    parts.transport = transport_;
    parts.credentials = credentials_;
    return parts;
  }
};

}  // namespace kinesight::aws
