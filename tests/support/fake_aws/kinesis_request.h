// What a PutRecords request says, read fast: benchmarks send 150 MB of them a second.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace kinesight::support::fake {

/// Where in a stream a record falls: the MD5 of its partition key, as a number.
__extension__ using HashKey = unsigned __int128;

HashKey hash_of(std::string_view partition_key);
std::string to_decimal(HashKey key);
std::optional<HashKey> hash_from_decimal(std::string_view text);

/// A record of a request.
struct PutEntry {
  std::string_view partition_key;
  std::string_view data;  ///< As it came.
  bool in_base64 = true;  ///< In JSON; not in CBOR.
  std::optional<HashKey> explicit_hash;

  std::size_t data_bytes() const;
  std::size_t bytes() const { return partition_key.size() + data_bytes(); }
};

/// A PutRecords request. Its views live as long as the thread's next one.
struct PutRequest {
  std::string stream;
  std::vector<PutEntry> entries;
};

/// Reads the body of PutRecords, or, with `single`, of PutRecord, in JSON or in `cbor`. `body` has
/// kBodyPadding bytes of capacity behind it. Throws ServiceError: SerializationException,
/// ValidationException, and what AWS's limits say.
PutRequest read_put_request(const std::string& body, bool single, bool cbor);

/// A sequence number: 56 digits, as AWS's.
std::string sequence_text(std::uint64_t number);
/// The name in arn:aws:kinesis:…:stream/NAME.
std::string stream_of_arn(std::string_view arn);

}  // namespace kinesight::support::fake
