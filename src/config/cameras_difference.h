// What two cameras.yaml say differently. Compared is what they mean, defaults and environment included, not
// their text.
#pragma once

#include <string>
#include <vector>

#include "config/cameras_file.h"

namespace kinesight::config {

/// Whether both say the same of a camera.
bool same_camera(const CameraConfig& one, const CameraConfig& other);

/// What `now` changes of what a running service keeps as it began (state_directory, outbox, publishers): a
/// problem each, that tells to restart. `name` is what problems call the file.
std::vector<Problem> needing_restart(const CamerasFile& before, const CamerasFile& now,
                                     const std::string& name);

}  // namespace kinesight::config
