// What watching one camera costs in CPU time.
#pragma once

#include <string>

namespace kinesight::bench {

/// Watches `video` twice as one camera with an object detector of `model`, as fast as it goes, and prints
/// what the second time took: by then everything is loaded, and gates know the camera. `gates`: both are on.
void watch(const std::string& video, const std::string& model, const std::string& fps_target, bool gates);

}  // namespace kinesight::bench
