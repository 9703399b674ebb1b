#include "publish/s3/provision.h"

#include <fmt/format.h>

#include <utility>

#include "aws/services/s3.h"
#include "publish/s3/options.h"

namespace kinesight::publish {
namespace {

constexpr auto kPatience = std::chrono::minutes(1);  // A bucket is there at once as a rule.
constexpr auto kPause = std::chrono::seconds(1);

/// Kinds that end by themselves; right after CreateBucket a bucket may still be unknown.
bool passes(ErrorKind kind) {
  return kind == ErrorKind::throttled || kind == ErrorKind::unavailable || kind == ErrorKind::not_found;
}

Result<> make_bucket(const aws::S3& s3, const std::string& bucket, Clock& clock, std::stop_token stop) {
  const auto created = s3.create_bucket(bucket, stop);
  if (!created) return std::unexpected(created.error().error);
  const auto deadline = clock.steady() + kPatience;
  while (true) {
    const auto found = s3.bucket_region(bucket, stop);
    if (found) return {};
    if (!passes(found.error().error.kind) || clock.steady() >= deadline) {
      return wrap(found.error().error, fmt::format("S3 bucket {}: made, but not to be found", bucket));
    }
    if (!clock.wait_for(kPause, stop)) {
      return fail(ErrorKind::cancelled, "S3 bucket {}: stopped while it was being made", bucket);
    }
  }
}

}  // namespace

Result<std::vector<Resource>> inspect_bucket(const config::Parsed& options, aws::Session& session,
                                             const ProvisionOptions&, std::stop_token stop) {
  const auto& s3_options = options.as<S3Options>();
  const auto s3 =
      aws::S3::make(session, {.region = s3_options.region, .endpoint_url = s3_options.endpoint_url});
  if (!s3) return wrap(s3.error(), "publishers.s3");
  const std::string& wanted = s3->client().region();
  Resource bucket;
  bucket.name = fmt::format("S3 bucket {}", s3_options.bucket);
  bucket.shape = fmt::format("in {}", wanted);

  const auto region = s3->bucket_region(s3_options.bucket, std::move(stop));
  if (region) {
    bucket.exists = true;
    if (*region != wanted) {
      bucket.differences.push_back(fmt::format(
          "expected it in {}, found it in {}; set publishers.s3.region to that", wanted, *region));
    }
  } else if (region.error().error.kind == ErrorKind::not_found) {
    bucket.make = [s3 = *s3, name = s3_options.bucket, clock = &session.clock()](std::stop_token making) {
      return make_bucket(s3, name, *clock, std::move(making));
    };
  } else {
    return std::unexpected(region.error().error);
  }
  return std::vector{std::move(bucket)};
}

std::vector<Permission> bucket_provision_permissions(const config::Parsed& options) {
  return {{.actions = {"s3:ListBucket", "s3:CreateBucket"},
           .resources = {fmt::format("arn:aws:s3:::{}", options.as<S3Options>().bucket)}}};
}

}  // namespace kinesight::publish
