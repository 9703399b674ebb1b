// Figures as people read them.
#pragma once

#include <cstdint>
#include <string>

namespace kinesight::cli {

/// "512 B", "1.5 KiB", "3.2 GiB".
std::string human_bytes(std::uint64_t bytes);

/// "0.4 s", "12 s", "3 min", "5 h", "2 d".
std::string human_seconds(double seconds);

}  // namespace kinesight::cli
