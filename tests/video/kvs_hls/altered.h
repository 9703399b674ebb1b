// Fragments as other producers make them.
#pragma once

#include "video/kvs_hls/fragment.h"

namespace kinesight::video::kvs_hls::test {

/// The same with a track of AAC silence beside the pictures: as fragmented MP4, or as MPEG-TS.
Fragment with_sound(const Fragment& fragment, bool transport_stream);

/// The same H.264 without a word on how many pictures are reordered (H.264, E.1.1:
/// bitstream_restriction_flag = 0), as many encoders leave it out.
Fragment without_reorder_depth(const Fragment& fragment);

}  // namespace kinesight::video::kvs_hls::test
