// A record as the table of the newest measurements has it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/result.h"
#include "stream/record/options.h"
#include "stream/record/record.h"
#include "stream/tables/options.h"
#include "stream/tables/tables.h"

namespace kinesight::stream {

/// The measurement that `record` is, which `parser` read last, written at `now` (epoch seconds). Strings
/// become S, booleans BOOL, numbers N with the digits that str(Decimal(str(x))) has in Python. Error:
/// corrupt, with what was expected and what was found: a field that is absent or null and must not be, an
/// array or an object, a number that N cannot hold, more than DynamoDB's 400 KB. Whatever is no error, the
/// tables take.
Result<Measurement> measurement_of(const Record& record, Parser& parser, const RealtimeOptions& options,
                                   std::int64_t now);

/// Two attributes of a table that have one name.
struct AttributeFault {
  std::string option;   ///< Whose value is to be another: "realtime.fields".
  std::string message;  ///< What was expected of it, and what was found.
};

/// Why the tables cannot have the attributes that the options ask for; nothing when they can.
std::optional<AttributeFault> attribute_fault(const RecordOptions& record, const RealtimeOptions& realtime);

}  // namespace kinesight::stream
