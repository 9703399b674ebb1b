// Amazon Kinesis Data Streams (API version 2013-12-02), as wide as the product needs it.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "aws/client.h"
#include "aws/services/kinesis_reading.h"

namespace kinesight::aws {

/// A record to put: at most 1 MiB of key and data together.
struct PutRecord {
  std::string_view partition_key;  ///< 1 to 256 characters.
  std::string_view data;
};

/// What became of a record, at the same position as in the request.
struct PutOutcome {
  std::string shard_id;    ///< Empty when it was not taken.
  std::string error_code;  ///< Empty when it was: ProvisionedThroughputExceededException, InternalFailure.
  std::string error_message;
};

/// How PutRecords goes over the wire; what Kinesis makes of it is the same.
enum class PutEncoding {
  json,         ///< Data in base64. Whatever calls itself Kinesis understands it.
  cbor,         ///< Data as it is: a quarter fewer bytes. What AWS's SDK for Java sends.
  by_endpoint,  ///< cbor to AWS itself, json to a stand-in.
};

/// How a stream is made.
struct StreamShape {
  bool on_demand = false;
  int shards = 1;  ///< Of a provisioned stream.
};

/// How a stream is.
struct StreamSummary {
  std::string arn;
  std::string status;  ///< CREATING, ACTIVE, UPDATING, DELETING.
  bool on_demand = false;
  int open_shards = 0;
  int retention_hours = 0;
};

/// Kinesis Data Streams in one region. Safe for any number of threads.
class Kinesis {
 public:
  static constexpr std::size_t kMaxRecords = 500;                    ///< A PutRecords request.
  static constexpr std::size_t kMaxRequestBytes = 10 * 1024 * 1024;  ///< Keys and data of it.
  static constexpr std::size_t kMaxRecordBytes = 1024 * 1024;        ///< Key and data of a record.
  static constexpr int kMaxPageRecords = 10'000;                     ///< An answer to GetRecords.
  static constexpr int kMaxPageShards = 1000;                        ///< An answer to ListShards.

  static Result<Kinesis> make(Session& session, const ClientOptions& options,
                              PutEncoding puts = PutEncoding::json);

  /// kinesis:PutRecords, one try: whoever calls decides about the rest. The answer has an outcome for each
  /// record; it may well hold failures.
  CallResult<std::vector<PutOutcome>> put_records(const std::string& stream,
                                                  std::span<const PutRecord> records,
                                                  std::stop_token stop) const;
  /// kinesis:DescribeStreamSummary
  CallResult<StreamSummary> describe(const std::string& stream, std::stop_token stop) const;
  /// kinesis:CreateStream
  CallResult<> create(const std::string& stream, const StreamShape& shape, std::stop_token stop) const;

  /// kinesis:ListShards: all that are there, closed ones too, in pages of `page_shards`; one try a page.
  /// Error also: corrupt (the pages do not end).
  CallResult<std::vector<Shard>> list_shards(const std::string& stream, std::stop_token stop,
                                             int page_shards = kMaxPageShards) const;
  /// kinesis:GetShardIterator, one try. An iterator is good for five minutes.
  CallResult<std::string> shard_iterator(const std::string& stream, const std::string& shard,
                                         const IteratorStart& start, std::stop_token stop) const;
  /// kinesis:GetRecords, one try: 5 calls and 2 MiB a second a shard, for all its readers together. Codes
  /// worth telling apart: ExpiredIteratorException, ProvisionedThroughputExceededException.
  CallResult<RecordsPage> get_records(const std::string& iterator, int limit, std::stop_token stop) const;

  const Client& client() const { return client_; }
  /// json or cbor.
  PutEncoding puts() const { return puts_; }

 private:
  Kinesis(Client client, PutEncoding puts) : client_(std::move(client)), puts_(puts) {}
  Client client_;
  PutEncoding puts_;
};

}  // namespace kinesight::aws
