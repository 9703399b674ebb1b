// A video cut into the fragments that a producer of Kinesis Video Streams would send, without coding it anew.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace kinesight::video {

/// One fragment: it begins with a keyframe and holds whole groups of pictures.
struct MediaFragment {
  double begin = 0;  ///< Seconds since the recording's first frame.
  double duration =
      0;  ///< Seconds, up to the next fragment's begin (the end of the last frame for the last).
  int frames = 0;
  /// moof + mdat. Its first decoding time (tfdt) is `begin`; see with_time(). Frames are shown that much
  /// later as reordering (B-frames) needs, the same for all fragments of a video: there is no edit list.
  std::string media;
};

/// A whole video as fragmented MP4 (ISO/IEC 14496-12; one video track, H.264 or HEVC).
struct FragmentedVideo {
  std::string init;  ///< ftyp + moov.
  std::vector<MediaFragment> fragments;
  std::string codec;  ///< RFC 6381: "avc1.64001f", as a playlist's CODECS says.
  int width = 0;
  int height = 0;
  double frame_rate = 0;
  double duration = 0;          ///< Seconds; the sum of the fragments'.
  std::uint32_t timescale = 0;  ///< Ticks a second of the media's own times.
};

/// Reads `path` and cuts it at keyframes so that each fragment lasts at least `min_seconds` (the last one may
/// be shorter). Keyframes of open groups of pictures are no cuts: each fragment can be decoded with the
/// initialization segment alone. Sound is left out. Errors: not_found, denied; corrupt (no video, damaged);
/// invalid (a codec that KVS does not take; more than `max_bytes` of video; a size that changes within).
Result<FragmentedVideo> fragment_video(const std::filesystem::path& path, double min_seconds,
                                       std::size_t max_bytes = 512UL * 1024 * 1024);

/// Another coding of a video that has been cut (another size): cut after the same frames, with the times of
/// `like` whatever its own are. Errors: as fragment_video(); invalid (another number of frames, no keyframe
/// where `like` is cut).
Result<FragmentedVideo> fragment_video_like(const std::filesystem::path& path, const FragmentedVideo& like,
                                            std::size_t max_bytes = 512UL * 1024 * 1024);

/// `fragment.media` with its time (tfdt's baseMediaDecodeTime) at `seconds` and sequence number (mfhd) at
/// `sequence`: a recording that is played again and again has ever-growing times.
std::string with_time(const FragmentedVideo& video, const MediaFragment& fragment, double seconds,
                      std::uint32_t sequence);

/// Fragments in the order of their time, as they follow an initialization segment.
struct FragmentRun {
  std::string_view init;
  std::vector<std::string> media;  ///< With times that go on from one to the next.
};

/// One MP4 file (moov in front, not fragmented) of a run, as GetClip answers. It begins at time 0 with the
/// first frame. Error: corrupt (not media).
Result<std::string> mux_mp4(const FragmentRun& run);

/// One Matroska file with the run's frames at the run's times (to the millisecond) and `tags` (name, value)
/// in front of them, as GetMediaForFragmentList answers for each fragment. Such files may follow on each
/// other. Error: corrupt.
Result<std::string> mux_matroska(const FragmentRun& run,
                                 const std::vector<std::pair<std::string, std::string>>& tags);

/// The run's fragments as one MPEG-TS segment at the run's times (which wrap after 26.5 hours), as a session
/// of ContainerFormat MPEG_TS answers. Error: corrupt.
Result<std::string> mux_mpegts(const FragmentRun& run);

}  // namespace kinesight::video
