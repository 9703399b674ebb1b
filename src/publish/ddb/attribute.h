// DynamoDB's typed values, from and to plain JSON.
// Source: docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_AttributeValue.html and, for sizes,
// .../developerguide/CapacityUnitCalculations.html.
#pragma once

#include <cstddef>
#include <nlohmann/json.hpp>

#include "aws/services/dynamodb.h"
#include "base/result.h"

namespace kinesight::publish {

/// `value` as {"S": …}, {"N": …}, {"BOOL": …}, {"NULL": true}, {"L": […]} or {"M": {…}}. Numbers keep their
/// value: whole ones as digits, others in the shortest form that reads back as the same double. What N cannot
/// hold (beyond 1E-130 to 9.9E+125) becomes a string; what JSON cannot (NaN, infinity) becomes NULL, as in
/// JSON texts.
aws::Item to_attribute(const nlohmann::json& value);

/// The inverse, for whatever wrote the attribute: numbers that fit become integers, others doubles; sets
/// become lists, binaries their base64 text. DynamoDB does not keep 1.0 apart from 1. Error: corrupt.
Result<nlohmann::json> from_attribute(const aws::Item& attribute);

/// What `item` takes of DynamoDB's 400 KB, names included. Numbers are counted as AWS estimates them.
std::size_t item_bytes(const aws::Item& item);

}  // namespace kinesight::publish
