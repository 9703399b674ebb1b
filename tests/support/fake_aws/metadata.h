// Where machines and containers on AWS get their credentials: the instance metadata service (IMDSv2), and the
// endpoint of ECS and of EKS pod identity.
#pragma once

#include <string>

#include "support/fake_aws/credentials.h"
#include "support/fake_aws/service.h"

namespace kinesight::support::fake {

/// The role that an instance has.
inline constexpr const char* kInstanceRole = "fake-instance-role";

class Metadata final : public Service {
 public:
  struct Options {
    std::int64_t credential_seconds = 6 * 3600;
    std::string container_token;  ///< What the Authorization header has to be; empty: anything.
  };
  Metadata(World& world, KeyRing& keys, Options options)
      : world_(world), keys_(keys), options_(std::move(options)) {}

  HttpResponse handle(Call& call) override;
  void reset() override {}

  /// "imds" or "container"; empty for a path of neither.
  static std::string service_of(const std::string& path);
  static std::string action_of(const HttpRequest& request);

 private:
  HttpResponse instance(const Call& call);
  HttpResponse container(const Call& call);

  World& world_;
  KeyRing& keys_;
  const Options options_;
};

}  // namespace kinesight::support::fake
