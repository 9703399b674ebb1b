// A recording at half its size.
#pragma once

#include <filesystem>

#include "base/result.h"
#include "video/fragmenter.h"

namespace kinesight::sim::kvs {

/// Decodes the video at `path`, which has been cut into `cut`, and codes it anew at half its width and height
/// (H.264, to `out`), with the same cuts. Errors: those of the file source, Mp4Writer and
/// video::fragment_video_like().
Result<video::FragmentedVideo> at_half_size(const std::filesystem::path& path,
                                            const video::FragmentedVideo& cut,
                                            const std::filesystem::path& out, std::size_t max_bytes);

}  // namespace kinesight::sim::kvs
