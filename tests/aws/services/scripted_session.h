// A session whose transport gives the answers of a script and keeps what it was asked.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <deque>
#include <memory>
#include <mutex>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "aws/session.h"
#include "net/http.h"
#include "support/body_of.h"
#include "support/fake_clock.h"

namespace kinesight::aws {

/// A request as it went out.
struct Sent {
  std::string method;
  std::string url;
  net::Headers headers;
  std::string body;

  std::string header(std::string_view name) const {
    const auto* value = net::find(headers, name);
    return value ? *value : "(no such header)";
  }
  nlohmann::json json() const { return nlohmann::json::parse(body); }
};

/// Answers from a script, in order; a request beyond it fails the test.
class ScriptedTransport final : public net::Transport {
 public:
  using Answer = std::expected<net::Response, net::Failure>;

  void answer(int status, std::string body = "", net::Headers headers = {}) {
    script_.push_back(net::Response{status, std::move(headers), std::move(body)});
  }
  void fail(ErrorKind kind, bool went_out) {
    script_.push_back(std::unexpected(net::Failure{{kind, "cut off"}, went_out}));
  }

  Answer send(const net::Request& request, std::stop_token) override {
    std::lock_guard lock(mutex_);
    sent.push_back({request.method, request.url, request.headers, support::body_of(request)});
    if (script_.empty()) {
      ADD_FAILURE() << "no answer is scripted for " << request.method << " " << request.url;
      return std::unexpected(net::Failure{{ErrorKind::invalid, "no answer is scripted"}, false});
    }
    auto answer = std::move(script_.front());
    script_.pop_front();
    return answer ? support::deliver(std::move(*answer), request) : answer;
  }

  std::vector<Sent> sent;

 private:
  std::mutex mutex_;
  std::deque<Answer> script_;
};

/// Credentials that last.
class FixedCredentials final : public CredentialsProvider {
 public:
  std::string_view name() const override { return "test"; }
  Result<Credentials> get(std::stop_token) override {
    Credentials credentials;
    credentials.access_key_id = "AKIDEXAMPLE";
    credentials.secret_access_key = Secret("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY");
    return credentials;
  }
};

class ServiceTest : public testing::Test {
 protected:
  /// The one request that went out.
  const Sent& only_request() const {
    EXPECT_EQ(transport_->sent.size(), 1U);
    static const Sent none;
    return transport_->sent.empty() ? none : transport_->sent.front();
  }

  std::shared_ptr<ScriptedTransport> transport_ = std::make_shared<ScriptedTransport>();
  support::FakeClock clock_;
  Session session_{parts(), clock_};

 private:
  Session::Parts parts() const {
    Session::Parts parts;
    parts.transport = transport_;
    parts.credentials = std::make_shared<FixedCredentials>();
    return parts;
  }
};

}  // namespace kinesight::aws
