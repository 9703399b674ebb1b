// The frames of all parts of a clip, before they are written: what they are, not their bytes.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "video/clip/clip.h"
#include "video/clip/pieces.h"
#include "video/libav/libav.h"

namespace kinesight::video::clip {

/// A frame, in 24 bytes: a clip has hundreds of thousands.
struct Sample {
  std::int64_t time =
      0;  ///< When it is shown: ticks. Of its piece at first, of the clip once it has its place.
  std::int64_t place =
      0;  ///< In an MP4 file the byte where it begins, in a Matroska file its packet's number.
  std::uint32_t bytes = 0;
  std::uint16_t piece = 0;
  bool key = false;
};

/// Releases codec parameters.
using CodecParametersPtr = std::unique_ptr<AVCodecParameters, libav::Release<avcodec_parameters_free>>;

/// What one piece of a part holds: all of an MP4 file, one of the Matroska files.
struct PieceIndex {
  Piece piece;
  std::string name;  ///< "part 3 of 12".
  CodecParametersPtr codec;
  AVRational time_base{0, 1};
  double begin = 0;             ///< Of its first keyframe: Unix seconds.
  std::int64_t tail = 0;        ///< How long its last frame lasts; 0: it does not say. Ticks of the piece.
  std::vector<Sample> samples;  ///< In the order of decoding, from the first keyframe on.
};

/// What all parts hold.
struct PartsIndex {
  std::vector<PieceIndex> pieces;
  bool came_short = false;  ///< A part shows less than its `least_seconds`.
};

/// Reads all parts, and decodes the first keyframe of each piece. Times of Matroska files that are in one
/// part go on from one to the next. Errors: as join_clip().
Result<PartsIndex> index_parts(std::span<const ClipPart> parts);

}  // namespace kinesight::video::clip
