// Delivery of events to an Amazon Kinesis data stream.
#pragma once

#include "aws/services/kinesis.h"
#include "publish/kds/options.h"
#include "publish/outbox/delivery.h"

namespace kinesight::publish {

/// PutRecords with partition key camera_id; the data of a record is the envelope's JSON, or, with
/// `aggregate`, a KPL aggregated record of all of a camera's envelopes in the batch
/// (publish/kds/aggregation.h).
///
/// Answers are handled record by record: ProvisionedThroughputExceededException is `throttled`, for the shard
/// that it names; InternalFailure and whatever else AWS may say of a record is `again`, and uncertain; a
/// record over 1 MiB is `refused` without being sent. What is said of an aggregated record is said of all its
/// events. Whole requests: ValidationException, InvalidArgumentException, SerializationException and HTTP 413
/// are invalid; no answer, one that cannot be read and 5xx are uncertain.
class KdsDelivery final : public Delivery {
 public:
  KdsDelivery(KdsOptions options, aws::Kinesis kinesis)
      : options_(std::move(options)), kinesis_(std::move(kinesis)) {}

  std::string_view sink() const override { return "kds"; }
  Stream stream() const override { return Stream::events; }
  BatchLimits limits() const override;
  std::size_t cost(const Entry& entry) const override;
  BatchResult deliver(std::span<const Entry* const> batch, std::stop_token stop) override;
  /// published, failed, retried, batches_sent.
  Totals totals(const DeliveryCounts& counts) const override;

 private:
  const KdsOptions options_;
  const aws::Kinesis kinesis_;
};

}  // namespace kinesight::publish
