#include "sim/kvs/half_size.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <opencv2/imgproc.hpp>
#include <vector>

#include "config/table.h"
#include "video/mp4_writer.h"
#include "video/source_kind.h"

namespace kinesight::sim::kvs {
namespace {

/// Half of it, and even, as encoders want it.
int half(int size) { return std::max(2, size / 4 * 2); }

/// A picture of its own, and the view of it.
struct SmallPicture {
  std::array<cv::Mat, 3> planes;
  FrameView view;
};

/// Scales each plane on its own; `picture` is used again from frame to frame.
void scale(const FrameView& from, SmallPicture& picture) {
  const bool bgr = from.format == PixelFormat::bgr24;
  const int width = half(from.width);
  const int height = half(from.height);
  picture.view = from;
  picture.view.width = width;
  picture.view.height = height;
  for (int i = 0; i < (bgr ? 1 : 3); ++i) {
    const int part = i == 0 ? 1 : 2;  // U and V have half the size, rounded up.
    const Plane& plane = from.planes[static_cast<std::size_t>(i)];
    const cv::Mat source((from.height + part - 1) / part, (from.width + part - 1) / part,
                         bgr ? CV_8UC3 : CV_8UC1, const_cast<std::uint8_t*>(plane.data),
                         static_cast<std::size_t>(plane.stride));
    cv::Mat& target = picture.planes[static_cast<std::size_t>(i)];
    cv::resize(source, target, {width / part, height / part}, 0, 0, cv::INTER_AREA);
    picture.view.planes[static_cast<std::size_t>(i)] = {target.data, static_cast<int>(target.step)};
  }
}

std::unique_ptr<video::FrameSource> every_frame_of(const std::filesystem::path& path) {
  const video::SourceKind kind = video::file_source_kind();
  config::Parsed options(kind.options);
  for (const auto& [key, text] :
       {std::pair<const char*, std::string>{"path", path.string()}, {"pace", "max"}, {"decode", "all"}}) {
    kind.options.find(key)->assign(options.object(), config::Value::scalar(text));
  }
  return kind.make(options, {.camera_id = "simulator"});
}

/// The greatest distance of keyframes that puts one at every cut.
int keyframe_interval(const video::FragmentedVideo& cut) {
  int interval = 0;
  for (std::size_t i = 0; i + 1 < cut.fragments.size(); ++i) {
    interval = std::gcd(interval, cut.fragments[i].frames);
  }
  return interval > 0 ? interval : std::max(1, cut.fragments.front().frames);
}

video::Mp4Options options_for(const FrameView& view, const video::FragmentedVideo& cut) {
  return {.width = view.width,
          .height = view.height,
          .fps = std::clamp(static_cast<int>(std::lround(cut.frame_rate)), 1, 1000),
          .keyframe_interval = keyframe_interval(cut),
          .matrix = view.matrix,
          .range = view.range};
}

Result<> code_anew(const std::filesystem::path& path, const video::FragmentedVideo& cut,
                   const std::filesystem::path& out) {
  const auto source = every_frame_of(path);
  if (auto opened = source->open({}); !opened) return opened;
  std::unique_ptr<video::Mp4Writer> writer;
  SmallPicture picture;
  for (;;) {
    const auto frame = source->read({});
    if (!frame) return std::unexpected(frame.error());
    if (!*frame) break;
    scale((*frame)->view, picture);
    if (writer == nullptr) {
      auto created = video::Mp4Writer::create(out, options_for(picture.view, cut));
      if (!created) return std::unexpected(created.error());
      writer = std::move(*created);
    }
    if (auto written = writer->write(picture.view); !written) return written;
  }
  if (writer == nullptr) return fail(ErrorKind::corrupt, "{}: there is no frame in it", path.string());
  return writer->finish();
}

}  // namespace

Result<video::FragmentedVideo> at_half_size(const std::filesystem::path& path,
                                            const video::FragmentedVideo& cut,
                                            const std::filesystem::path& out, std::size_t max_bytes) {
  if (auto coded = code_anew(path, cut, out); !coded) {
    return wrap(coded.error(), fmt::format("{} at half its size", path.string()));
  }
  return video::fragment_video_like(out, cut, max_bytes);
}

}  // namespace kinesight::sim::kvs
