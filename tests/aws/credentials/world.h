// A machine as providers of credentials see it: environment variables, a home folder, a network that answers
// what the test says, a clock.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "aws/credentials/chain.h"
#include "aws/credentials/surroundings.h"
#include "support/fake_clock.h"
#include "support/temp_folder.h"

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
};

/// Answers by "METHOD url"; where nothing was set up there is no connection. Safe for any number of threads.
class FakeNetwork final : public net::Transport {
 public:
  using Answer = std::expected<net::Response, net::Failure>;
  using Handler = std::function<Answer(const Sent&)>;

  void on(const std::string& what, Handler handler) {
    std::lock_guard lock(mutex_);
    handlers_[what] = std::move(handler);
  }
  void on(const std::string& what, int status, std::string body = "") {
    on(what, [=](const Sent&) { return net::Response{status, {}, body}; });
  }
  void off(const std::string& what) {
    std::lock_guard lock(mutex_);
    handlers_.erase(what);
  }

  Answer send(const net::Request& request, std::stop_token stop) override {
    if (stop.stop_requested()) return std::unexpected(net::Failure{{ErrorKind::cancelled, "stopped"}, false});
    Sent sent{request.method, request.url, request.headers, std::string(request.body)};
    Handler handler;
    {
      std::lock_guard lock(mutex_);
      sent_.push_back(sent);
      const auto place = handlers_.find(request.method + " " + request.url);
      if (place != handlers_.end()) handler = place->second;
    }
    if (handler) return handler(sent);
    return std::unexpected(net::Failure{{ErrorKind::unavailable, "no connection"}, false});
  }

  std::vector<Sent> sent() const {
    std::lock_guard lock(mutex_);
    return sent_;
  }

 private:
  mutable std::mutex mutex_;
  std::map<std::string, Handler> handlers_;
  std::vector<Sent> sent_;
};

/// Begins every secret that a test plants; no error or note may hold it.
inline constexpr std::string_view kPlanted = "PLANTED";

class WorldTest : public testing::Test {
 protected:
  WorldTest() {
    variables_["HOME"] = home_.path();
    surroundings_.environment = [this](const std::string& name) -> std::optional<std::string> {
      const auto place = variables_.find(name);
      return place == variables_.end() ? std::nullopt : std::optional(place->second);
    };
    surroundings_.transport = network_;
    surroundings_.local_transport = local_network_;
    surroundings_.clock = &clock_;
    surroundings_.note = [this](std::string_view sentence) { notes_.emplace_back(sentence); };
  }

  /// Writes ~/.aws/`name`.
  std::string write(const std::string& name, std::string_view text) const {
    const auto path = home_.path() / ".aws" / name;
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path) << text;
    return path;
  }

  /// The default chain as a new process would make it.
  Result<Credentials> find() const { return make_default_chain(surroundings_)->get({}); }

  /// What went wrong; it must be an error without a secret in it.
  static std::string error_of(const Result<Credentials>& result, ErrorKind kind) {
    if (result) {
      ADD_FAILURE() << "expected an error, found credentials from " << result->source;
      return {};
    }
    EXPECT_EQ(to_string(result.error().kind), to_string(kind)) << result.error().message;
    EXPECT_THAT(result.error().message, testing::Not(testing::HasSubstr(kPlanted)));
    return result.error().message;
  }

  support::TempFolder home_;
  std::map<std::string, std::string> variables_;
  std::shared_ptr<FakeNetwork> network_ = std::make_shared<FakeNetwork>();
  std::shared_ptr<FakeNetwork> local_network_ = std::make_shared<FakeNetwork>();
  support::FakeClock clock_{1'800'000'000.0};  // 2027-01-15T08:00:00Z
  std::vector<std::string> notes_;
  Surroundings surroundings_;
};

/// An answer of STS with the access key id `id`.
inline std::string sts_answer(const std::string& action, const std::string& id,
                              const std::string& expiration = "2027-01-15T09:00:00Z") {
  return "<" + action + "Response xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><" + action +
         "Result><Credentials><AccessKeyId>" + id + "</AccessKeyId><SecretAccessKey>PLANTED-sts-key" +
         "</SecretAccessKey><SessionToken>PLANTED-sts-token</SessionToken><Expiration>" + expiration +
         "</Expiration></Credentials></" + action + "Result></" + action + "Response>";
}

/// An answer of IMDS or a container agent with the access key id `id`.
inline std::string agent_answer(const std::string& id,
                                const std::string& expiration = "2027-01-15T14:00:00Z") {
  return R"({"Code":"Success","AccessKeyId":")" + id +
         R"(","SecretAccessKey":"PLANTED-agent-key","Token":"PLANTED-agent-token","Expiration":")" +
         expiration + R"("})";
}

inline constexpr const char* kStsUrl = "POST https://sts.eu-west-1.amazonaws.com/";

}  // namespace kinesight::aws
