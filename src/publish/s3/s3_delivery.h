// Delivery of snapshots to Amazon S3.
#pragma once

#include <utility>

#include "publish/outbox/delivery.h"
#include "publish/s3/snapshot_bucket.h"

namespace kinesight::publish {

/// PutObject, one picture a request, several requests at once. An object that is written twice is one object.
///
/// Only what S3 says of the one object (a key that is too long, a body that is too large) is `invalid`; what
/// it says of the bucket or the set-up (another region, say) is `denied` or `not_found`: the pictures wait
/// until that is repaired.
class S3Delivery final : public Delivery {
 public:
  explicit S3Delivery(SnapshotBucket bucket) : bucket_(std::move(bucket)) {}

  std::string_view sink() const override { return "s3"; }
  Stream stream() const override { return Stream::snapshots; }
  BatchLimits limits() const override;
  BatchResult deliver(std::span<const Entry* const> batch, std::stop_token stop) override;
  /// saved, failed, bytes_uploaded.
  Totals totals(const DeliveryCounts& counts) const override;

 private:
  const SnapshotBucket bucket_;
};

}  // namespace kinesight::publish
