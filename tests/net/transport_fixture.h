// What the tests of the transport share.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <future>
#include <memory>
#include <string>
#include <thread>

#include "net/curl_transport.h"
#include "net/scripted_server.h"

namespace kinesight::net {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

inline Request get(std::string url) {
  Request request;
  request.url = std::move(url);
  return request;
}

inline Request post(std::string url, std::string_view body) {
  Request request = get(std::move(url));
  request.method = "POST";
  request.body = body;
  return request;
}

class TransportTest : public testing::Test {
 protected:
  /// A transport with other options.
  void use(const CurlOptions& options) { transport_ = make_curl_transport(options); }

  Response send(const Request& request) {
    auto answer = transport_->send(request, {});
    if (answer) return std::move(*answer);
    ADD_FAILURE() << answer.error().error.message;
    return {};
  }

  Failure failure(const Request& request, std::stop_token stop = {}) {
    const auto answer = transport_->send(request, std::move(stop));
    if (!answer) return answer.error();
    ADD_FAILURE() << "it was answered: " << answer->status << " " << answer->body;
    return {};
  }

  std::unique_ptr<Transport> transport_ = make_curl_transport({});
};

}  // namespace kinesight::net
