// Numbers as the tables have them.
#pragma once

#include <optional>
#include <string>

namespace kinesight::stream {

/// What Python's str(Decimal(text)) makes of a number as Python's str() prints it ("21.5", "1e+16", "7"):
/// the same digits, with an exponent above 0 or where more than five zeros would follow the point ("1E+16",
/// "1.5E-7"; docs.python.org/3/library/decimal.html, to-scientific-string of the General Decimal Arithmetic
/// Specification). Nothing where DynamoDB's N cannot hold it: magnitudes from 1E-130 to below 1E+126, and 0
/// (docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.NamingRulesDataTypes.html); no JSON
/// number that is read as 64 bits has more than its 38 digits.
std::optional<std::string> decimal_text(const std::string& number);

}  // namespace kinesight::stream
