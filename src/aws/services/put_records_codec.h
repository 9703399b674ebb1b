// PutRecords, written and read without a tree: 500 records a request, hundreds of requests a second.
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

/// Makes `body` the request's, in its memory. The records have no fault.
void write_put_records(std::string& body, std::string_view stream, std::span<const PutRecord> records,
                       PutEncoding encoding);

/// The outcomes that `answer` tells, in JSON or CBOR, which must be `expected` of them; or what is wrong with
/// it.
std::expected<std::vector<PutOutcome>, std::string> read_put_records(const std::string& answer,
                                                                     std::size_t expected);

}  // namespace kinesight::aws
