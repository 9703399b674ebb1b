// Open windows on their way from a closed shard to its children.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "stream/windows/windows.h"

namespace kinesight::stream::multilang {

/// DynamoDB takes 400 KB an item, with its other attributes.
inline constexpr std::size_t kPartBytes = 350 * 1024;

/// All that is open in `windows`, as bytes cut into parts of at most kPartBytes.
std::vector<std::string> hand_over(const Windows& windows);

/// Puts back into `windows` what hand_over() made of others of the same aggregates: what has not ended there,
/// of keys that `is_ours`. Error: corrupt.
Result<> take_over(std::span<const std::string> parts,
                   const std::function<bool(std::string_view key)>& is_ours, Windows& windows);

}  // namespace kinesight::stream::multilang
