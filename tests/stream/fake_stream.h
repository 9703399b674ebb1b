// A fake of AWS and a Kinesis client that asks it, for tests of what reads and writes a stream.
#pragma once

#include <memory>
#include <utility>

#include "aws/services/kinesis.h"
#include "aws/session.h"
#include "conservation/fake_credentials.h"
#include "net/curl_transport.h"
#include "support/fake_aws/fake_aws.h"
#include "support/fake_clock.h"

namespace kinesight::stream {

/// Waits that the client makes take no time.
class FakeStream {
 public:
  explicit FakeStream(support::FakeAwsOptions options) : aws(std::move(options)) {}

  support::FakeAws aws;
  support::FakeClock session_clock{Clock::system().wall_seconds()};
  aws::Session session{[] {
                         aws::Session::Parts parts;
                         parts.transport = net::make_curl_transport({});
                         parts.credentials = std::make_shared<conservation::FakeCredentials>();
                         return parts;
                       }(),
                       session_clock};
  aws::Kinesis kinesis =
      aws::Kinesis::make(session, {.region = "us-east-1", .endpoint_url = aws.url()}).value();
};

}  // namespace kinesight::stream
