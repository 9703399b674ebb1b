#include "video/clip/parts.h"

#include <fcntl.h>
#include <unistd.h>

#include <cmath>
#include <numeric>
#include <stdexcept>

namespace kinesight::video::test {
namespace {

template <class T>
T must(Result<T> result) {
  if (!result) throw std::runtime_error(result.error().message);
  return std::move(*result);
}

}  // namespace

Files::~Files() {
  for (const int file : open_) close(file);
}

int Files::open(std::string_view bytes) {
  const auto path = folder() / std::to_string(open_.size());
  spill(path, bytes);
  open_.push_back(::open(path.c_str(), O_RDWR | O_CLOEXEC));
  return open_.back();
}

std::string Files::read(int file) {
  std::string bytes(static_cast<std::size_t>(lseek(file, 0, SEEK_END)), '\0');
  if (pread(file, bytes.data(), bytes.size(), 0) != std::ssize(bytes))
    throw std::runtime_error("cannot read a clip");
  return bytes;
}

Camera::Camera(int frames, const Mp4Options& options, double fragment_seconds)
    : frames_(frames), fps_(options.fps) {
  write_movie(files.folder() / "movie.mp4", frames, options);
  video = must(fragment_video(files.folder() / "movie.mp4", fragment_seconds));
}

std::string Camera::bytes(std::size_t first, std::size_t past, Container container) const {
  const auto run = [&](std::size_t from, std::size_t to) {
    FragmentRun made{video.init, {}};
    for (std::size_t i = from; i < to; ++i) {
      const MediaFragment& fragment = video.fragments.at(i);
      made.media.push_back(with_time(video, fragment, fragment.begin, static_cast<std::uint32_t>(i + 1)));
    }
    return made;
  };
  if (container == Container::mp4) return must(mux_mp4(run(first, past)));
  std::string all;
  for (std::size_t i = first; i < past; ++i) {
    all += must(mux_matroska(run(i, i + 1), {{"AWS_KINESISVIDEO_FRAGMENT_NUMBER", std::to_string(i)}}));
  }
  return all;
}

ClipPart Camera::part(std::size_t first, std::size_t past, Container container) {
  return part_of(bytes(first, past, container), kStart + video.fragments.at(first).begin);
}

std::vector<int> Camera::expected(double from, double until) const {
  const int first = std::max(0, static_cast<int>(std::floor((from - kStart) * fps_ + 1e-3)));
  const int past = std::min(frames_, static_cast<int>(std::ceil((until - kStart) * fps_ - 1e-3)));
  return numbers(first, past - 1);
}

Joined join(Files& files, std::span<const ClipPart> parts, double from, double until) {
  const int output = files.open();
  Joined joined{
      .facts = must(join_clip(parts, from, until, output)), .bytes = Files::read(output), .played = {}};
  joined.played = play(joined.bytes);
  return joined;
}

std::vector<int> numbers(int first, int last) {
  std::vector<int> all(static_cast<std::size_t>(std::max(0, last - first + 1)));
  std::iota(all.begin(), all.end(), first);
  return all;
}

}  // namespace kinesight::video::test
