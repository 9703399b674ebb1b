// What a bitstream gate is told; what it does is in bitstream_gate.h.
#pragma once

#include "config/gate_options.h"

namespace kinesight::video {

using BitstreamGateOptions = config::BitstreamGateOptions;

}  // namespace kinesight::video
