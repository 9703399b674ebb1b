#include "publish/snapshot.h"

#include "vision/annotate.h"
#include "vision/picture.h"

namespace kinesight::publish {

Result<std::vector<std::uint8_t>> encode_snapshot(const Frame& frame,
                                                  const std::vector<vision::Detection>& detections,
                                                  const SnapshotStyle& style) {
  if (frame.view.width <= 0) return fail(ErrorKind::invalid, "the frame of a snapshot has no pixels");
  cv::Mat picture =
      style.max_width > 0 ? vision::to_bgr(frame.view, style.max_width) : vision::to_bgr(frame.view);
  if (style.draw_boxes) {
    vision::annotate(picture, detections, static_cast<double>(picture.cols) / frame.view.width);
  }
  return vision::encode_jpeg(picture, style.jpeg_quality);
}

}  // namespace kinesight::publish
