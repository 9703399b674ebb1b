// Parts of a clip as GetClip and GetMediaForFragmentList give them, of videos whose frames carry their
// number.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "support/temp_folder.h"
#include "video/clip/clip.h"
#include "video/fragmenter.h"
#include "video/fragmenter/played.h"
#include "video/movie.h"

namespace kinesight::video::test {

/// When frame 0 is shown: Unix seconds.
inline constexpr double kStart = 1'772'116'200;

/// What a part is made of.
enum class Container { mp4, matroska };

/// Files of a folder of their own, open while this lives.
class Files {
 public:
  ~Files();

  /// An open file with these bytes; empty ones for what is to be written.
  int open(std::string_view bytes = {});
  /// The whole of an open file.
  static std::string read(int file);
  const std::filesystem::path& folder() const { return folder_.path(); }

 private:
  support::TempFolder folder_;
  std::vector<int> open_;
};

/// A recording of a camera and what it gave.
class Camera {
 public:
  /// `frames` frames, cut into fragments of `fragment_seconds` at least.
  Camera(int frames, const Mp4Options& options, double fragment_seconds = 2);

  /// Fragments [first, past), as one part. A Matroska file is one per fragment, one behind the other.
  ClipPart part(std::size_t first, std::size_t past, Container container = Container::mp4);
  ClipPart part_of(const std::string& bytes, double begin) { return {files.open(bytes), begin}; }
  std::string bytes(std::size_t first, std::size_t past, Container container = Container::mp4) const;

  /// Numbers of the frames that a clip of this range shows.
  std::vector<int> expected(double from, double until) const;
  double time_of(int frame) const { return kStart + static_cast<double>(frame) / fps_; }

  Files files;
  FragmentedVideo video;

 private:
  const int frames_;
  const int fps_;
};

/// What came of a join.
struct Joined {
  ClipFacts facts;
  std::string bytes;
  Played played;
};

/// Joins and plays; throws where that fails.
Joined join(Files& files, std::span<const ClipPart> parts, double from, double until);

/// The numbers from `first` up to and with `last`.
std::vector<int> numbers(int first, int last);

}  // namespace kinesight::video::test
