// The `decode` option, which several kinds of source have.
#pragma once

#include <initializer_list>
#include <string>
#include <utility>

#include "video/frame_source.h"

namespace kinesight::video {

/// The words of the option and what they stand for.
inline const std::initializer_list<std::pair<std::string, DecodePolicy>> kDecodeWords = {
    {"auto", DecodePolicy::automatic},
    {"all", DecodePolicy::all},
    {"reference", DecodePolicy::reference},
    {"keyframes", DecodePolicy::keyframes}};

/// Its help.
inline constexpr const char* kDecodeHelp =
    "Which frames are decoded. auto: keyframes alone while they come at least as often as fps_target, "
    "otherwise all. "
    "reference: all but those that no other frame refers to. Fewer frames cost less CPU.";

}  // namespace kinesight::video
