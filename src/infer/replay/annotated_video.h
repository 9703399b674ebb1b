// The processed frames of a recording with what counts in them, as a video to look at.
#pragma once

#include <filesystem>
#include <memory>
#include <opencv2/core/mat.hpp>
#include <optional>
#include <vector>

#include "base/frame.h"
#include "base/result.h"
#include "video/mp4_writer.h"
#include "vision/detector.h"

namespace kinesight::infer {

/// Writes frames at the pace at which they were taken: each is shown until the next, for a minute at most.
/// Pictures wider than 1280 are reduced to that; where a recording changes its size, the video keeps the
/// first.
class AnnotatedVideo {
 public:
  /// `fps`: frames a second that are processed. The file appears when it is finished.
  AnnotatedVideo(std::filesystem::path file, double fps);

  /// Adds a frame. Errors: those of Mp4Writer.
  Result<> add(const Frame& frame, const std::vector<vision::Detection>& detections);
  /// Ends the file; without a frame there is none.
  Result<> finish();

 private:
  Result<> start(const cv::Mat& picture);
  Result<> show_until(double time);

  const std::filesystem::path file_;
  const int fps_;
  std::unique_ptr<video::Mp4Writer> writer_;
  cv::Mat picture_;  ///< The last frame, which is shown until the next.
  double shown_from_ = 0;
};

}  // namespace kinesight::infer
