// What the producer adds to a record: when it was taken in, and an id by which it is known again.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"
#include "stream/record/record.h"

namespace kinesight::stream {

/// The partition key of what has no key of its own.
inline constexpr std::string_view kDefaultKey = "default";

/// A record as it goes into the stream.
struct Stamped {
  std::string data;
  /// What the key field says: a string of 1 to 256 characters as it is, an integer by its digits; "default"
  /// for whatever else, and where there is none.
  std::string partition_key;
};

/// The first 16 hex digits of the SHA-256 of the id fields' values, joined by '_', in UTF-8. A value stands
/// as Python's f"{record.get(field)}" would print what json.loads() made of it: texts as they are, None for
/// one that is absent or null, True and False, integers by their digits, floats by repr() ("21.5", "1e+16").
/// Error: corrupt, as parse_record(), and for an id field that is an array or an object.
Result<std::string> message_id(std::string_view json, const RecordOptions& options, Parser& parser);

/// `json` with ingestion_timestamp (`wall_seconds` as isoformat_utc() has it) and message_id at its end. All
/// other bytes stay as they are. A member of that name that is there already gets the new value in its place,
/// as in Python's {**record, name: value}. Errors: as message_id().
Result<Stamped> stamp(std::string_view json, const RecordOptions& options, double wall_seconds,
                      Parser& parser);

/// How much longer stamping makes a record, and what reading it wants behind it: whoever makes a record's
/// string spares stamp_in_place() two copies by reserving so much more.
inline constexpr std::size_t kStampRoom = 128;

/// The same where the record is, as long as there is no error; gives the partition key.
Result<std::string> stamp_in_place(std::string& json, const RecordOptions& options, double wall_seconds,
                                   Parser& parser);

/// The partition key that stamp() would give to `json`; "default" also for what is no record.
std::string partition_key_of(std::string_view json, const RecordOptions& options, Parser& parser);

/// Unix seconds as Python's datetime.utcnow().isoformat() has them: "2026-01-31T12:00:00.250000", without
/// the fraction when it is zero; UTC, no zone. Parts of a microsecond are cut off.
std::string isoformat_utc(double wall_seconds);

/// The same of Unix microseconds.
std::string isoformat_of_us(std::int64_t us);

}  // namespace kinesight::stream
