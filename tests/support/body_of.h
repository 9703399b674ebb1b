// What a transport of tests does with the bodies that go from files and to sinks.
#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <string>
#include <utility>

#include "net/http.h"

namespace kinesight::support {

/// The request's body, wherever it lies.
inline std::string body_of(const net::Request& request) {
  if (!request.body_file) return std::string(request.body);
  std::string body(request.body_file->length, '\0');
  const auto count = ::pread(request.body_file->descriptor, body.data(), body.size(),
                             static_cast<off_t>(request.body_file->offset));
  EXPECT_EQ(count, static_cast<ssize_t>(body.size()));
  return body;
}

/// The answer as the request's sink, if there is one, leaves it.
inline std::expected<net::Response, net::Failure> deliver(net::Response answer, const net::Request& request) {
  if (!request.sink || answer.status < 200 || answer.status >= 300) return answer;
  const std::string body = std::exchange(answer.body, "");
  auto taken = request.sink->begin(answer);
  if (taken) taken = request.sink->take(body);
  if (taken) return answer;
  return std::unexpected(net::Failure{.error = taken.error(), .sent = true, .here = true});
}

}  // namespace kinesight::support
