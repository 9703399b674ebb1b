// Plates and other text that tests draw themselves, with OpenCV's lettering.
#pragma once

#include <opencv2/core/mat.hpp>
#include <opencv2/imgproc.hpp>
#include <string>

namespace kinesight::vision::plate {

inline const cv::Scalar kPaper(232, 235, 233), kInk(28, 26, 25), kBody(96, 70, 52);

/// A car's rear, 640 x 480: a body of one colour that is lit from above, so that nothing is perfectly even.
inline cv::Mat car() {
  cv::Mat picture(480, 640, CV_8UC3);
  for (int y = 0; y < picture.rows; ++y) picture.row(y).setTo(kBody + cv::Scalar::all(40 - y / 12));
  return picture;
}

/// Writes `text` so that it is as high as `height` pixels, its lower left corner at `at`; says how wide it
/// is.
inline int write(cv::Mat& picture, const std::string& text, cv::Point at, int height,
                 const cv::Scalar& ink = kInk) {
  const int thick = std::max(1, height / 9);
  const double scale = cv::getFontScaleFromHeight(cv::FONT_HERSHEY_DUPLEX, height, thick);
  cv::putText(picture, text, at, cv::FONT_HERSHEY_DUPLEX, scale, ink, thick, cv::LINE_AA);
  int below = 0;
  return cv::getTextSize(text, cv::FONT_HERSHEY_DUPLEX, scale, thick, &below).width;
}

inline int width_of(const std::string& text, int height) {
  cv::Mat nowhere(1, 1, CV_8UC3);
  return write(nowhere, text, {0, 0}, height);
}

/// A plate with `text` in letters 32 high, its upper left corner at `at`; its box.
inline cv::Rect draw_plate(cv::Mat& picture, const std::string& text, cv::Point at,
                           const cv::Scalar& paper = kPaper, const cv::Scalar& ink = kInk) {
  const cv::Rect box(at, cv::Size(width_of(text, 32) + 28, 54));
  cv::rectangle(picture, box + cv::Size(6, 6) - cv::Point(3, 3), cv::Scalar::all(20), cv::FILLED);
  cv::rectangle(picture, box, paper, cv::FILLED);
  write(picture, text, at + cv::Point(14, 43), 32, ink);
  return box;
}

}  // namespace kinesight::vision::plate
