// Takes each request to its service: what is asked, by whom, which faults it meets, and what is written down.
#pragma once

#include <memory>
#include <shared_mutex>
#include <string>

#include "support/fake_aws/credentials.h"
#include "support/fake_aws/dynamodb.h"
#include "support/fake_aws/fake_aws.h"
#include "support/fake_aws/http.h"
#include "support/fake_aws/kinesis.h"
#include "support/fake_aws/metadata.h"
#include "support/fake_aws/s3.h"
#include "support/fake_aws/service.h"
#include "support/fake_aws/sts.h"

namespace kinesight::support::fake {

class Router {
 public:
  explicit Router(const FakeAwsOptions& options);

  /// Null: the connection is to be reset.
  std::unique_ptr<Exchange> begin(const HttpRequest& head);
  /// The faults that a request is to meet, which from now on has been seen.
  std::vector<Fault> meet(const std::string& service, const std::string& action);
  /// Executes a call, or does to it what its faults say.
  Answer answer(Call& call);
  void reset();

  World& world() { return world_; }
  const World& world() const { return world_; }
  KeyRing& keys() { return keys_; }
  Kinesis& kinesis() { return kinesis_; }
  S3& s3() { return s3_; }

 private:
  HttpResponse execute(Call& call);
  HttpResponse execute_or_refuse(Call& call, const std::string& request_id);
  Service& service_of(const Call& call);

  const bool check_signatures_;
  World world_;
  KeyRing keys_;
  Kinesis kinesis_;
  DynamoDb dynamodb_;
  S3 s3_;
  Sts sts_;
  Metadata metadata_;
  std::shared_mutex resetting_;  ///< Held together by the calls, alone by reset().
  std::atomic<std::uint64_t> requests_{0};
};

/// "s3:HeadObject" -> "s3:GetObject": the permission that IAM wants for an action.
std::string permission_of(const std::string& action);

}  // namespace kinesight::support::fake
