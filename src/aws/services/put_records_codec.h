// The JSON of PutRecords, written and read without a tree: 500 records a request, hundreds of requests a
// second.
#pragma once

#include <expected>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "aws/services/kinesis.h"

namespace kinesight::aws {

/// Why AWS would refuse these records, in one sentence; empty when it would not.
std::string fault_of(std::span<const PutRecord> records);

/// The request's body. The records have no fault.
std::string write_put_records(std::string_view stream, std::span<const PutRecord> records);

/// The outcomes that `answer` tells, which must be `expected` of them; or what is wrong with it.
std::expected<std::vector<PutOutcome>, std::string> read_put_records(const std::string& answer,
                                                                     std::size_t expected);

}  // namespace kinesight::aws
