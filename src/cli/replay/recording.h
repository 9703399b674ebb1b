// Video files as the source of a camera of a configuration.
#pragma once

#include "cli/components.h"
#include "config/cameras_file.h"
#include "infer/replay/recordings.h"

namespace kinesight::cli {

/// Makes sources that read video files as `camera` reads its stream: the same frames decoded, the same gate;
/// as fast as they can.
infer::MakeRecording recordings_for(const config::CameraConfig& camera, const Components& components);

}  // namespace kinesight::cli
