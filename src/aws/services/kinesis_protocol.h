// How Kinesis Data Streams looks on the wire, for the files that speak it.
#pragma once

#include "aws/services/json_call.h"

namespace kinesight::aws {

/// An answer to PutRecords is some 100 bytes a record, several times that where AWS explains failures.
inline constexpr JsonProtocol kKinesisProtocol{.service = "Kinesis",
                                               .content_type = "application/x-amz-json-1.1",
                                               .target = "Kinesis_20131202",
                                               .max_answer_bytes = 4 * 1024 * 1024};

/// PutRecords as CBOR has it; errors come in it as well.
inline constexpr JsonProtocol kKinesisCborProtocol{.service = kKinesisProtocol.service,
                                                   .content_type = "application/x-amz-cbor-1.1",
                                                   .target = kKinesisProtocol.target,
                                                   .max_answer_bytes = kKinesisProtocol.max_answer_bytes};

}  // namespace kinesight::aws
