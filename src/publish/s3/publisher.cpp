// The registry's row of the S3 snapshot publisher.
#include "publish/publisher_kind.h"
#include "publish/s3/options.h"
#include "publish/s3/provision.h"
#include "publish/s3/s3_delivery.h"

namespace kinesight::publish {
namespace {

Result<Sink> make_sink(const config::Parsed& parsed, const SinkContext& context) {
  const auto& options = parsed.as<S3Options>();
  const auto session = context.aws_session();
  if (!session) return std::unexpected(session.error());
  auto s3 = aws::S3::make(**session, {.region = options.region, .endpoint_url = options.endpoint_url});
  if (!s3) return wrap(s3.error(), "publishers.s3");
  Sink sink;
  sink.delivery = std::make_unique<S3Delivery>(SnapshotBucket(options, std::move(*s3)));
  if (options.save_snapshots) {
    sink.snapshots = SnapshotStyle{.jpeg_quality = options.jpeg_quality,
                                   .max_width = options.max_width,
                                   .draw_boxes = options.draw_boxes};
  }
  sink.snapshot_prefix = options.prefix;
  return sink;
}

/// Nothing is read by the service; but a presigned URL may do what its signer may.
std::vector<Permission> permissions(const config::Parsed& parsed) {
  const auto& options = parsed.as<S3Options>();
  const std::string pictures = fmt::format("{}{}", options.prefix, options.prefix.empty() ? "*" : "/*");
  return {{.actions = {"s3:PutObject", "s3:GetObject"},
           .resources = {fmt::format("arn:aws:s3:::{}/{}", options.bucket, pictures)}}};
}

}  // namespace

PublisherKind s3_publisher_kind() {
  return {.options = S3Options::table(),
          .make_sink = make_sink,
          .inspect = inspect_bucket,
          .permissions = permissions,
          .provision_permissions = bucket_provision_permissions};
}

}  // namespace kinesight::publish
