// The numbers that the simulated service gives to fragments.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace kinesight::sim::kvs {

/// 47 decimal digits like AWS's ("91343852333181…"): a prefix of 14, the server time in microseconds (20),
/// and 13 that depend on the stream and the fragment's index, so that no two streams have one in common.
/// Grows with server time; the same whenever it is asked for.
std::string fragment_number(std::string_view stream, std::int64_t index, double server_time);

/// The server time that a number of ours speaks of, Unix seconds; nothing when it is none of ours.
std::optional<double> server_time_in(std::string_view number);

}  // namespace kinesight::sim::kvs
