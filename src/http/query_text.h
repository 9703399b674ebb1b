// Queries as a URL's parameters say them: one table a route, which reads them and describes them.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "base/result.h"
#include "event/query.h"
#include "http/api.h"

namespace kinesight::http {

/// A URL's parameters, by name.
using Parameters = std::multimap<std::string, std::string>;

/// The most events that one answer of the API holds.
inline constexpr std::size_t kMaxEvents = 1000;

/// Reads camera, type, label, q, since, until (as event::parse_moment does), limit and order (newest,
/// oldest). An empty text or time is not asked for. Error: invalid, naming the parameter; one that is unknown
/// or comes twice is one too.
Result<event::Query> parse_query(const Parameters& parameters, std::int64_t now_ms);

/// Reads camera, since (24h where it is not said) and until (now), as event::parse_moment does. Errors as
/// parse_query(); also invalid: a range that is empty.
Result<CoverageQuery> parse_coverage_query(const Parameters& parameters, std::int64_t now_ms);

/// Reads width: pixels, 0 for as wide as it is, which it is too where it is not said. Errors as
/// parse_query().
Result<int> parse_width(const Parameters& parameters);

/// Reads before_seconds and after_seconds: 0 to 60. Errors as parse_query().
Result<FootageQuery> parse_footage_query(const Parameters& parameters);

/// What parse_query() reads, as the JSON array of an OpenAPI operation's parameters.
std::string query_parameters();
/// What parse_coverage_query() reads, likewise.
std::string coverage_parameters();
/// What parse_width() reads, likewise.
std::string width_parameters();
/// What parse_footage_query() reads, likewise.
std::string footage_parameters();

}  // namespace kinesight::http
