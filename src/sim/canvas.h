// Antialiased drawing that remembers which pixels belong to which labelled object.
#pragma once

#include <cstdint>
#include <opencv2/core.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "base/rng.h"
#include "sim/geometry.h"
#include "sim/truth.h"

namespace kinesight::sim {

/// A colour as OpenCV takes it: blue, green, red, each 0-255.
using Colour = cv::Scalar;
/// A colour as people write it.
inline Colour rgb(double red, double green, double blue) { return {blue, green, red}; }
/// The least and the most that a random number may be.
struct Range {
  double least;
  double most;
};
/// A random colour. Every random number of the renderer is drawn in a statement of its own or within braces:
/// C++ calls in no fixed order what stands in one argument list, and a seed must give the same picture with
/// every compiler.
Colour sample_rgb(Rng& rng, Range red, Range green, Range blue);
/// `colour` made darker (factor below 1) or brighter.
inline Colour shade(const Colour& colour, double factor) { return colour * factor; }
/// Between `a` (0) and `b` (1).
inline Colour mix(const Colour& a, const Colour& b, double share) { return a * (1 - share) + b * share; }

/// A polygon or a line in an object's own units.
using Shape = std::vector<Point>;

/// A picture being drawn, back to front.
///
/// Truth comes from the pixels: every pixel carries one bit for each labelled object that it shows. Opaque
/// strokes take a pixel over, translucent ones add to it, so a box is exactly what is still visible in the
/// end.
class Canvas {
 public:
  /// Draws on a copy of `backdrop` (BGR, 8 bits).
  explicit Canvas(const cv::Mat& backdrop);

  /// Whatever is drawn while this lives belongs to one object of `label`; `text` is what is written on it.
  class Label {
   public:
    Label(Canvas& canvas, std::string_view label, std::string_view text = {}) : canvas_(canvas) {
      canvas_.begin(label, text);
    }
    ~Label() { canvas_.end(); }
    Label(const Label&) = delete;
    Label& operator=(const Label&) = delete;

   private:
    Canvas& canvas_;
  };

  /// Whatever is drawn from now on belongs to actor number `actor` of a scene, who shows at most one object
  /// of a label: that is how a TruthBox knows which object it is. Below 0 for nobody, as in the beginning.
  void act(std::int64_t actor) { actor_ = actor; }

  /// Fills a polygon.
  void fill(const Pose& pose, const Shape& shape, const Colour& colour);
  /// Draws a line with round ends, `width` units thick.
  void stroke(const Pose& pose, const Shape& shape, double width, const Colour& colour);
  /// Fills an ellipse around `centre` with the radii `radius.x` and `radius.y`.
  void ellipse(const Pose& pose, Point centre, Point radius, const Colour& colour);
  /// Lays a picture over the rectangle from `corner` (top left) of `size` units.
  void paste(const Pose& pose, const cv::Mat& picture, Point corner, Point size);
  /// Blends `colours` (BGR) by `alpha` (8 bits, 255 = opaque), both stretched over `area` in pixels. Pixels
  /// with an alpha above `owned_from` count as the object's.
  void blend(cv::Rect2d area, const cv::Mat& colours, const cv::Mat& alpha, int owned_from = 64);
  /// Darkens an ellipse, as a shadow on the ground does; it belongs to nobody.
  void shadow(const Pose& pose, Point centre, Point radius, double strength);
  /// Adds light around `centre` (pixels), fading to nothing at `radius` pixels; it belongs to nobody.
  void glow(Point centre, double radius, const Colour& colour);

  /// The boxes of what can still be seen. Objects that are mostly hidden or outside have none.
  std::vector<TruthBox> truth() const;
  const cv::Mat& picture() const { return picture_; }
  cv::Mat& picture() { return picture_; }

 private:
  struct Object {
    std::string label;
    std::string text;
    std::int64_t id = 0;  ///< TruthBox::object.
    cv::Rect2d extent;    ///< Of all that was drawn, also outside of the picture.
    int pixels = 0;       ///< That it owned when it had been drawn.
  };

  void begin(std::string_view label, std::string_view text);
  void end();
  std::uint16_t bit() const;
  void extend(Point low, Point high);
  std::vector<cv::Point> pixels_of(const Pose& pose, const Shape& shape);

  cv::Mat picture_;
  cv::Mat owners_;  ///< CV_16U: bit k is set where objects_[k] is seen.
  std::vector<Object> objects_;
  std::int64_t actor_ = -1;
  bool inside_label_ = false;
};

}  // namespace kinesight::sim
