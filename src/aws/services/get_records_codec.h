// The JSON of GetRecords, read without a tree and without a copy of its data: 10,000 records and 10 MiB an
// answer.
#pragma once

#include <expected>
#include <memory>
#include <string>

#include "aws/services/kinesis_reading.h"

namespace kinesight::aws {

/// The page that `answer` tells; what is wrong with it when it tells none. The answer becomes the page's
/// storage: base64 and escapes are undone where they lie.
std::expected<RecordsPage, std::string> read_get_records(const std::shared_ptr<std::string>& answer);

}  // namespace kinesight::aws
