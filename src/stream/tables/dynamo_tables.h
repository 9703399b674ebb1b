// The tables in Amazon DynamoDB.
#pragma once

#include "stream/tables/item_writer.h"
#include "stream/tables/options.h"
#include "stream/tables/tables.h"

namespace kinesight::stream {

/// realtime: hash key `columns.key` (S), range key timestamp (N), the mapped fields, ttl (N). windows: hash
/// key `columns.key` (S), range key window_start (S), the other columns of row_of(), aggregates as N, those
/// without a value left out. dead_letters: hash key error_id (S), error_timestamp (S, seconds), error_message
/// (S), record_data (S).
class DynamoTables final : public Tables {
 public:
  /// `clock` outlives them.
  DynamoTables(const aws::DynamoDb& dynamodb, const TablesOptions& options, TableColumns columns,
               telemetry::Telemetry telemetry, Clock& clock = Clock::system());

  Result<> put_measurements(std::span<const Measurement> measurements, std::stop_token stop) override;
  Result<> put_windows(std::span<const WindowResult> results, std::stop_token stop) override;
  Result<> put_dead_letters(std::span<const DeadLetter> letters, std::stop_token stop) override;
  /// Errors also: corrupt (an item that somebody else wrote in another form).
  Result<std::vector<Measurement>> latest(const std::string& key, int limit, std::int64_t now,
                                          std::stop_token stop) override;

 private:
  const aws::DynamoDb dynamodb_;
  const std::string realtime_;
  const TableColumns columns_;
  Pool pool_{ItemWriter::kInFlight};  ///< Of all three writers: they take turns.
  ItemWriter measurements_;
  ItemWriter windows_;
  ItemWriter dead_letters_;
};

/// Whose measurements.
struct KeyValue {
  std::string attribute;  ///< What the table's hash key is called.
  std::string value;
};

/// DynamoTables::latest() of the table `realtime`.
Result<std::vector<Measurement>> latest_in(const aws::DynamoDb& dynamodb, const std::string& realtime,
                                           const KeyValue& key, int limit, std::int64_t now,
                                           std::stop_token stop);

}  // namespace kinesight::stream
