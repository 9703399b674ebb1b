// The limit for decoding: libavcodec with nothing around it.
#pragma once

#include <string>

namespace kinesight::bench {

/// Decodes `path` on one thread and throws the frames away; keyframes alone if so told. Returns the frames
/// decoded. Exits with a message when that is not possible.
int bare_decode(const std::string& path, bool keyframes_only);

}  // namespace kinesight::bench
