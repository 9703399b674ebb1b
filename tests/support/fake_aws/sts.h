// AWS Security Token Service, API version 2011-06-15.
#pragma once

#include <string>

#include "support/fake_aws/credentials.h"
#include "support/fake_aws/service.h"

namespace kinesight::support::fake {

class Sts final : public Service {
 public:
  Sts(World& world, KeyRing& keys) : world_(world), keys_(keys) {}

  HttpResponse handle(Call& call) override;
  void reset() override {}

  /// "AssumeRole": an action is told in the body's form.
  static std::string action_of(const HttpRequest& request);

 private:
  World& world_;
  KeyRing& keys_;
};

}  // namespace kinesight::support::fake
