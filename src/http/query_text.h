// Queries as a URL's parameters say them.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "base/result.h"
#include "event/query.h"
#include "http/api.h"

namespace kinesight::http {

/// The most events that one answer of the API holds.
inline constexpr std::size_t kMaxEvents = 1000;

/// Reads camera, type, label, since, until (as event::parse_moment does), limit and order (newest, oldest).
/// Error: invalid, naming the parameter; an unknown parameter is one too.
Result<event::Query> parse_query(const std::multimap<std::string, std::string>& parameters,
                                 std::int64_t now_ms);

/// Reads camera, since (24h where it is not said) and until (now), as event::parse_moment does. Errors as
/// parse_query(); also invalid: a range that is empty.
Result<CoverageQuery> parse_coverage_query(const std::multimap<std::string, std::string>& parameters,
                                           std::int64_t now_ms);

}  // namespace kinesight::http
