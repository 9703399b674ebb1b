// What all AWS clients of a process share: credentials, transport, retry quota, clock correction,
// configuration.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "aws/credentials.h"
#include "aws/retry.h"
#include "base/clock.h"
#include "config/environment.h"
#include "net/http.h"

namespace kinesight::aws {

class SharedConfig;

/// Where a service is reached, and how.
struct Endpoint {
  /// Origin, and a path when one was configured: "https://kinesis.us-east-1.amazonaws.com".
  std::string url;
  bool overridden = false;  ///< Configured rather than derived from the region.
};

/// An AWS service as its clients know it.
struct Service {
  std::string_view id;            ///< "Kinesis", "S3", "DynamoDB", "STS", "Kinesis Video": as error texts and
                                  ///< AWS_ENDPOINT_URL_<ID> (upper case, spaces as underscores) name it.
  std::string_view signing_name;  ///< "kinesis"
  std::string_view host_prefix;   ///< "kinesis": kinesis.{region}.amazonaws.com (.cn in China).
};

/// Shared by all clients; outlives them. Safe for any number of threads.
class Session {
 public:
  /// Everything as the environment and the shared config files say (docs.aws.amazon.com/sdkref): region,
  /// endpoints, credentials chain, CA bundle, proxies, retry mode and attempts. `note` gets sentences worth a
  /// line in the log, now and later, from whichever thread asks for credentials. Error: invalid (a broken
  /// config file, an unknown profile or retry mode), naming file and line.
  static Result<std::unique_ptr<Session>> from_environment(const config::Environment& environment,
                                                           Clock& clock,
                                                           std::function<void(std::string_view)> note = {});

  /// With parts of the caller's: for tests and tools.
  struct Parts {
    std::shared_ptr<net::Transport> transport;
    std::shared_ptr<CredentialsProvider> credentials;
    config::Environment environment = config::no_environment();
    RetryPolicy retry;
    std::shared_ptr<const SharedConfig> shared_config;  ///< Null: no shared config files.
  };
  Session(Parts parts, Clock& clock);
  ~Session();

  /// `configured` if it says something, else AWS_REGION, AWS_DEFAULT_REGION, the profile's. Error: invalid
  /// (none), saying where one can be set.
  Result<std::string> region(std::string_view configured) const;
  /// `configured` if it says something; else AWS_ENDPOINT_URL_<ID>, AWS_ENDPOINT_URL, the profile's
  /// `services` section, its endpoint_url; else the region's own. AWS_IGNORE_CONFIGURED_ENDPOINT_URLS is
  /// heeded. Error: invalid.
  Result<Endpoint> endpoint(const Service& service, std::string_view region,
                            std::string_view configured) const;

  CredentialsProvider& credentials();
  net::Transport& transport();
  Clock& clock();
  RetryQuota& quota();
  const RetryPolicy& retry_policy() const;
  /// Seconds to add to our clock to have AWS's; set from the Date of an answer that called our time wrong.
  double clock_offset() const;
  void set_clock_offset(double seconds);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace kinesight::aws
