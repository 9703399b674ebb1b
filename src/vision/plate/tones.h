// The two tones of a line of text: what it is written with and what it is written on.
#pragma once

#include <opencv2/core/mat.hpp>
#include <opencv2/core/types.hpp>
#include <optional>

namespace kinesight::vision::plate {

/// The colours (blue, green, red; 0 to 255) of a picture's bright and its dark pixels.
struct Tones {
  cv::Vec3f bright, dark;
  float share = 0;  ///< Of the bright pixels in all, 0 to 1.

  /// Whether the text is dark on bright: paper has more pixels than ink, and may have a little fewer where
  /// letters are bold or a dark edge is in the picture.
  bool dark_on_bright() const { return share >= 0.42F; }
  const cv::Vec3f& paper() const { return dark_on_bright() ? bright : dark; }
  const cv::Vec3f& ink() const { return dark_on_bright() ? dark : bright; }
};

/// The tones of `bgr` (8 bits, three channels): its pixels parted by Otsu's threshold of brightness, the
/// median of each part. Nothing where a part has next to no pixels.
std::optional<Tones> tones_of(const cv::Mat& bgr);

/// What is left of `colour` - `tones.bright` without its share of the way from bright to dark and without its
/// brightness: how far the colour is from anything that ink and paper can mix to, in levels.
float foreign_colour(const cv::Vec3f& colour, const Tones& tones);

}  // namespace kinesight::vision::plate
