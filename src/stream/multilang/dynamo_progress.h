// Shards' progress in a table of DynamoDB: hash key `shard`, range key `part`. The part "progress" is a
// shard's Progress; "window#<claim>#<number>" are those of a hand-over.
#pragma once

#include "aws/services/dynamodb.h"
#include "base/clock.h"
#include "stream/multilang/progress.h"
#include "stream/tables/item_writer.h"
#include "stream/tables/patience.h"

namespace kinesight::stream::multilang {

/// Of one stream. For one thread.
class DynamoProgress final : public ProgressStore {
 public:
  /// DynamoDB forgets what was not written for so long: longer than any stream keeps its records, because
  /// records behind a checkpoint would be counted anew without it.
  static constexpr std::int64_t kLifeSeconds = 400LL * 24 * 3600;

  /// `clock` outlives it.
  DynamoProgress(const aws::DynamoDb& dynamodb, const std::string& table, Clock& clock,
                 telemetry::Telemetry telemetry);

  Result<std::optional<Progress>> load(const std::string& shard, std::stop_token stop) override;
  Result<bool> save(const std::string& shard, const Progress& progress, std::int64_t seen,
                    std::stop_token stop) override;
  Result<> put_parts(const std::string& shard, std::int64_t claim, std::span<const std::string> parts,
                     std::stop_token stop) override;
  Result<std::vector<std::string>> parts(const std::string& shard, const HandOver& which,
                                         std::stop_token stop) override;

 private:
  Result<std::vector<aws::Item>> items(const std::string& shard, const std::string& part_begins,
                                       std::stop_token stop);
  aws::Item item_of(const std::string& shard, const std::string& part) const;

  const aws::DynamoDb dynamodb_;
  const std::string table_;
  Clock* const clock_;
  Pool pool_{1};  ///< Only a shard that ends writes many items.
  ItemWriter writer_;
  Patience patience_;
};

}  // namespace kinesight::stream::multilang
